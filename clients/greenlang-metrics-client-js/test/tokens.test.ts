/** Tests of tokens: the client refreshes an expired one once, and sends a new one to the server. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeSocket, fakeService, flushPromises } from './fakes.js';

describe('tokens', () => {
  test('expiredToken_function_isRefreshedOnce_thenFails', async () => {
    let calls = 0;
    const { service, clock, states } = fakeService({}, () => `token${++calls}`);
    service.connect();
    await flushPromises();
    FakeSocket.last.drop(4401);
    clock.advance(0);
    await flushPromises();
    assert.deepEqual(FakeSocket.all.map(({ url }) => url.split('=')[1]), ['token1', 'token2']);
    FakeSocket.last.drop(4401);
    clock.advance(3_600_000);
    await flushPromises();
    assert.deepEqual([states, calls, clock.pending], [['reconnecting', 'failed'], 2, 0]);
  });

  test('expiredToken_newTokenAlsoRejected_doesNotLoop', async () => {
    let calls = 0;
    const { service, clock } = fakeService({}, async () => `token${++calls}`);
    service.connect();
    for (let i = 0; i < 10; i++) {
      await flushPromises();
      FakeSocket.last.welcome().receive({ type: 'error', message: 'Invalid authentication token', code: 'TOKEN_EXPIRED' }).drop(4401);
      clock.advance(0);
    }
    assert.deepEqual([service.state, calls], ['failed', 2]);
  });

  test('expiredToken_afterStableConnection_isRefreshedAgain', async () => {
    const { service, clock } = fakeService({}, () => 'x');
    service.connect();
    for (let day = 0; day < 3; day++) {
      await flushPromises();
      FakeSocket.last.welcome();
      clock.advance(10_000);
      FakeSocket.last.drop(4401);
      clock.advance(0);
    }
    await flushPromises();
    assert.deepEqual([service.state, FakeSocket.all.length], ['reconnecting', 4]);
  });

  test('rejectedToken_string_failsImmediately', () => {
    const { service, clock } = fakeService();
    service.connect();
    FakeSocket.last.drop(4401);
    assert.deepEqual([service.state, clock.pending], ['failed', 0]);
  });

  test('rejectedToken_closeCodeSwallowedByProxy_fails', () => {
    const { service } = fakeService();
    service.connect();
    FakeSocket.last.receive({ type: 'error', message: 'Invalid authentication token', code: 'UNAUTHORIZED' }).drop(1006);
    assert.equal(service.state, 'failed');
  });

  test('tokenFunction_throws_isCalledAgainLater', async () => {
    const tokens: Array<() => string> = [
      () => {
        throw new Error('offline');
      },
      () => 'good',
    ];
    const { service, clock } = fakeService({}, () => tokens.shift()!());
    const errors: string[] = [];
    service.onError(({ code }) => errors.push(code));
    service.connect();
    await flushPromises();
    assert.deepEqual([service.state, errors], ['reconnecting', ['TOKEN']]);
    clock.advance(1_000);
    await flushPromises();
    assert.match(FakeSocket.last.url, /token=good$/);
  });

  test('tokenFunction_neverSettles_reportsErrorAndIsCalledAgain', async () => {
    let calls = 0;
    const { service, clock } = fakeService({}, () => (calls++, new Promise<string>(() => {})));
    const errors: string[] = [];
    service.onError(({ code, message }) => errors.push(`${code}: ${message}`));
    service.connect();
    clock.advance(10_000);
    assert.deepEqual([service.state, errors], ['reconnecting', ['TOKEN: The token function returned no token within 10 s']]);
    clock.advance(1_000);
    assert.equal(calls, 2);
  });

  test('tokenFunction_returnsNoToken_fails', async () => {
    const { service, clock } = fakeService({}, (() => 17) as never);
    service.connect();
    await flushPromises();
    assert.deepEqual([service.state, clock.pending, FakeSocket.all.length], ['failed', 0, 0]);
  });

  /** Creates an unsigned JWT that expires a number of seconds after the server's start. */
  const jwt = (exp: number) => `h.${Buffer.from(JSON.stringify({ exp, name: 'ÿ~' })).toString('base64url')}.s`;
  const refreshes = () => FakeSocket.last.commands('refresh_token').map(({ data }) => data.token);

  test('tokenFunction_beforeExpiry_isCalledAndSentOnTheOpenConnection', async () => {
    const tokens = [jwt(121), jwt(131), 'no-jwt'];
    const { service, clock, states } = fakeService({ heartbeatTimeoutMs: 1e9 }, () => tokens.shift()!);
    service.connect();
    await flushPromises();
    FakeSocket.last.welcome({ timestamp: 1 });
    clock.advance(89_000);
    await flushPromises();
    assert.deepEqual(refreshes(), []);
    clock.advance(1_000); // 30 s before the expiry
    await flushPromises();
    assert.deepEqual(refreshes(), [jwt(131)]);
    FakeSocket.last.receive({ type: 'token_refreshed', id: 'token', expires_at: 131 });
    clock.advance(20_000); // half of the remaining 40 s
    await flushPromises();
    assert.deepEqual([refreshes().at(-1), FakeSocket.all.length, states], ['no-jwt', 1, ['connected']]);
    service.disconnect();
    assert.equal(clock.pending, 0);
  });

  test('tokenFunction_failsBeforeExpiry_isReportedAndCalledAgain_untilDisconnect', async () => {
    let calls = 0;
    const { service, clock } = fakeService({ heartbeatTimeoutMs: 1e9 }, async () => {
      if (++calls === 2) {
        throw new Error('offline');
      }
      return jwt(61);
    });
    const errors: string[] = [];
    service.onError(({ code }) => errors.push(code));
    service.connect();
    await flushPromises();
    FakeSocket.last.welcome({ timestamp: 1 });
    clock.advance(30_000);
    await flushPromises();
    assert.deepEqual([errors, refreshes()], [['TOKEN'], []]);
    clock.advance(15_000);
    await flushPromises();
    assert.deepEqual([refreshes(), service.state], [[jwt(61)], 'connected']);
    service.disconnect();
    assert.equal(clock.pending, 0);
  });

  test('tokenOfTenSeconds_functionFails_isCalledAgainBeforeTheExpiry', async () => {
    let calls = 0;
    const { service, clock } = fakeService({ heartbeatTimeoutMs: 1e9 }, () => {
      if (++calls === 2 || calls === 3) {
        throw new Error('offline');
      }
      return jwt(11);
    });
    service.onError(() => {});
    service.connect();
    await flushPromises();
    FakeSocket.last.welcome({ timestamp: 1 });
    for (const [ms, wanted] of [[5_000, 2], [2_500, 3], [1_250, 4]] as const) {
      clock.advance(ms);
      await flushPromises();
      assert.equal(calls, wanted);
    }
    assert.deepEqual(refreshes(), [jwt(11)]);
    service.disconnect();
  });

  /** The present token expires, and not the one that the server could not check. */
  test('tokenOfTenSeconds_serverRefusesALongerOne_isRequestedAgainBeforeTheExpiry', async () => {
    const tokens = [jwt(11), jwt(3_601), jwt(3_602)];
    const { service, clock } = fakeService({ heartbeatTimeoutMs: 1e9 }, () => tokens.shift()!);
    service.connect();
    await flushPromises();
    FakeSocket.last.welcome({ timestamp: 1 });
    clock.advance(5_000);
    await flushPromises();
    FakeSocket.last.receive({ type: 'error', id: 'token', message: 'The token cannot be checked now', code: 'RATE_LIMITED' });
    clock.advance(2_500);
    await flushPromises();
    assert.deepEqual(refreshes(), [jwt(3_601), jwt(3_602)]);
    FakeSocket.last.receive({ type: 'token_refreshed', id: 'token', expires_at: 3_602 });
    assert.equal(service.state, 'connected');
    service.disconnect();
    assert.equal(clock.pending, 0);
  });

  /** The application sets a token that expires earlier while the function's token is on its way. */
  test('twoTokensOnTheirWay_theAnswerDecidesOnTheNextRequest', async () => {
    const tokens = [jwt(61), jwt(3_601)];
    const { service, clock } = fakeService({ heartbeatTimeoutMs: 1e9 }, () => tokens.shift()!);
    service.connect();
    await flushPromises();
    FakeSocket.last.welcome({ timestamp: 1 });
    clock.advance(30_000);
    await flushPromises();
    service.setToken(jwt(91));
    service.setToken(() => jwt(3_602));
    FakeSocket.last.receive({ type: 'token_refreshed', id: 'token', expires_at: 3_601 });
    clock.advance(3_539_000);
    await flushPromises();
    assert.deepEqual(refreshes(), [jwt(3_601), jwt(91)]);
    clock.advance(1_000); // 30 s before the expiry of the answer
    await flushPromises();
    assert.equal(refreshes().at(-1), jwt(3_602));
    service.disconnect();
    assert.equal(clock.pending, 0);
  });

  test('tokenFunction_serverCannotCheckTheToken_isCalledAgain_untilDisconnect', async () => {
    const { service, clock } = fakeService({ heartbeatTimeoutMs: 1e9 }, async () => jwt(3_601));
    service.connect();
    await flushPromises();
    FakeSocket.last.welcome({ timestamp: 1 });
    clock.advance(3_570_000); // 30 s before the expiry
    await flushPromises();
    for (let refusals = 1; refusals <= 2; refusals++) {
      assert.equal(refreshes().length, refusals);
      FakeSocket.last.receive({ type: 'error', id: 'token', message: 'The token cannot be checked now', code: 'RATE_LIMITED', retry_after: 2 });
      clock.advance(10_000);
      await flushPromises();
    }
    assert.deepEqual([refreshes().length, service.state, FakeSocket.all.length], [3, 'connected', 1]);
    service.disconnect();
    assert.equal(clock.pending, 0);
  });

  test('expiredToken_string_failsWithItsOwnCode', () => {
    const { service } = fakeService();
    const errors: string[] = [];
    service.onError(({ code, message }) => errors.push(`${code}: ${message}`));
    service.connect();
    FakeSocket.last.receive({ type: 'error', message: 'Invalid authentication token', code: 'TOKEN_EXPIRED' }).drop(4401);
    assert.deepEqual(errors, ['TOKEN_EXPIRED: Invalid authentication token', 'TOKEN_EXPIRED: The token has expired']);
  });

  test('setToken_whileConnected_sendsItToServer', () => {
    const { service } = fakeService();
    service.connect();
    FakeSocket.last.welcome();
    service.setToken('d.e.f');
    assert.deepEqual(FakeSocket.last.sent, [{ type: 'refresh_token', id: 'token', data: { token: 'd.e.f' } }]);
    FakeSocket.last.drop();
    service.connect();
    assert.match(FakeSocket.last.url, /token=d\.e\.f$/);
  });

  test('setToken_rejectedWhileConnected_keepsConnection', () => {
    const { service } = fakeService();
    service.connect();
    FakeSocket.last.welcome();
    service.setToken('worse');
    FakeSocket.last.receive({ type: 'error', id: 'token', message: 'Invalid authentication token', code: 'UNAUTHORIZED' });
    assert.equal(service.state, 'connected');
    FakeSocket.last.drop(1012);
    assert.equal(service.state, 'reconnecting', 'as after any other close');
  });
});
