/** Tests of the connection life cycle: backoff, close codes, heartbeat timeouts, tokens and a final disconnect. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Backoff } from '../src/backoff.js';
import { type Interval, MetricError, createMetricService, getMetricService, resetMetricService } from '../src/index.js';
import { FakeSocket, type ManualClock, fakeService, flushPromises } from './fakes.js';

describe('connecting', () => {
  test('connected_beforeWelcome_isFalse', () => {
    const { service, states } = fakeService();
    service.connect();
    assert.equal(service.state, 'connecting');
    assert.equal(FakeSocket.last.url, 'ws://h/ws/metrics?token=a.b.c');
    FakeSocket.last.welcome();
    assert.deepEqual([service.state, service.clientId, states], ['connected', '127.0.0.1:1', ['connected']]);
  });

  test('connect_twice_opensOneSocket', () => {
    const { service } = fakeService();
    service.connect();
    service.connect();
    FakeSocket.last.welcome();
    service.connect();
    assert.equal(FakeSocket.all.length, 1);
  });

  test('connect_duringBackoff_retriesImmediately', () => {
    const { service } = fakeService();
    service.connect();
    FakeSocket.last.drop();
    service.connect();
    service.connect();
    assert.deepEqual([FakeSocket.all.length, service.state], [2, 'reconnecting']);
  });

  test('tokenTransport_subprotocol_keepsTokenOutOfUrl', () => {
    const { service } = fakeService({ tokenTransport: 'subprotocol' });
    service.connect();
    assert.equal(FakeSocket.last.url, 'ws://h/ws/metrics');
    assert.deepEqual(FakeSocket.last.protocols, ['greenlang.v1', 'bearer.a.b.c']);
  });

  test('ready_settlesOnWelcomeTimeoutOrDisconnect', async () => {
    const { service, clock } = fakeService();
    const [ready, timedOut] = [service.ready(), service.ready(100)];
    service.connect();
    clock.advance(100);
    await assert.rejects(timedOut, { code: 'TIMEOUT' });
    FakeSocket.last.welcome();
    await ready;
    await service.ready();
    service.disconnect();
    await assert.rejects(service.ready(), { code: 'CLOSED' });
  });

  test('ping_isAnsweredWithPong', () => {
    const { service } = fakeService();
    service.connect();
    FakeSocket.last.welcome().receive({ type: 'ping', timestamp: 5.5 });
    assert.deepEqual(FakeSocket.last.sent, [{ type: 'pong', timestamp: 5.5 }]);
  });

  test('listener_throws_doesNotAffectOthers', () => {
    const { service, loggedErrors } = fakeService();
    const calls: string[] = [];
    service.onConnectionChange(() => {
      throw new Error('mine');
    });
    service.onConnectionChange(() => calls.push('other'));
    service.connect();
    FakeSocket.last.welcome();
    assert.deepEqual([calls, service.state, loggedErrors.length], [['other'], 'connected', 1]);
  });
});

describe('disconnect', () => {
  test('disconnect_whileConnecting_stopsTimersAndReconnects', () => {
    const { service, clock, states } = fakeService();
    service.connect();
    service.disconnect();
    FakeSocket.last.welcome().drop();
    clock.advance(3_600_000);
    assert.deepEqual([FakeSocket.all.length, FakeSocket.last.closed, clock.pending, states], [1, true, 0, ['closed']]);
  });

  test('disconnect_duringBackoff_stopsTimersAndReconnects', () => {
    const { service, clock } = fakeService();
    service.connect();
    FakeSocket.last.drop();
    assert.equal(clock.pending, 1);
    service.disconnect();
    clock.advance(3_600_000);
    assert.deepEqual([FakeSocket.all.length, clock.pending, service.state], [1, 0, 'closed']);
  });

  test('disconnect_whenOpen_stopsTimersAndReconnects', async () => {
    const { service, clock } = fakeService();
    service.subscribe({ channels: ['system.metrics'] });
    service.getHistory({ channel: 'system.metrics', start_time: new Date(0) });
    service.connect();
    FakeSocket.last.welcome();
    service.disconnect();
    await flushPromises(); // an unhandled rejection of an unawaited promise would end the test run
    FakeSocket.last.drop();
    clock.advance(3_600_000);
    assert.deepEqual([FakeSocket.all.length, clock.pending, service.state], [1, 0, 'closed']);
  });

  test('disconnect_whileFetchingToken_opensNoSocket', async () => {
    let resolveToken = (_: string): void => {};
    const { service, clock } = fakeService({}, () => new Promise<string>((resolve) => (resolveToken = resolve)));
    service.connect();
    service.disconnect();
    resolveToken('late');
    await flushPromises();
    assert.deepEqual([FakeSocket.all.length, clock.pending], [0, 0]);
  });

  test('disconnect_insideConnectionListener_isFinal', () => {
    const { service, clock } = fakeService();
    service.onConnectionChange((connected) => !connected && service.disconnect());
    service.connect();
    FakeSocket.last.welcome().drop();
    clock.advance(3_600_000);
    assert.deepEqual([FakeSocket.all.length, clock.pending, service.state], [1, 0, 'closed']);
  });

  for (const [code, provoke] of Object.entries({
    NO_WELCOME: (clock: ManualClock) => clock.advance(10_000),
    MALFORMED: () => FakeSocket.last.welcome().receive('{'),
    FAILED: () => FakeSocket.last.welcome().drop(4403),
  })) {
    test(`disconnect_onError_${code}_isFinal`, () => {
      const { service, clock, states } = fakeService();
      service.onError((error) => error.code === code && service.disconnect());
      service.connect();
      provoke(clock);
      clock.advance(3_600_000);
      assert.deepEqual([FakeSocket.all.length, clock.pending, states.at(-1)], [1, 0, 'closed']);
    });
  }

  test('disconnect_onTokenFailure_isFinal', async () => {
    const { service, clock } = fakeService({}, () => Promise.reject(new Error('logged out')));
    service.onError(() => service.disconnect());
    service.connect();
    await flushPromises();
    clock.advance(3_600_000);
    assert.deepEqual([FakeSocket.all.length, clock.pending, service.state], [0, 0, 'closed']);
  });

  test('disconnect_beforeConnect_rejectsPendingCalls_andStopsTimers', async () => {
    const { service, clock } = fakeService();
    const pendingCalls = [service.ready(60_000), service.subscribe({ channels: ['c'] }), service.getHistory({ channel: 'c', start_time: new Date(0) })];
    const next = service.metrics('c').next();
    service.disconnect();
    for (const call of pendingCalls) {
      await assert.rejects(call, { code: 'CLOSED' });
    }
    assert.deepEqual([await next, clock.pending, service.state], [{ value: undefined, done: true }, 0, 'closed']);
  });

  test('asyncDispose_disconnects', async () => {
    const { service } = fakeService();
    service.connect();
    await service[Symbol.asyncDispose]();
    assert.equal(service.state, 'closed');
  });
});

describe('backoff', () => {
  test('backoff_thousandDelays_coverWholeRange', () => {
    const waits = Array.from({ length: 1_000 }, () => {
      const backoff = new Backoff(1_000, 30_000, Math.random);
      backoff.attempts = 20;
      return backoff.next();
    });
    assert.ok(waits.every((wait) => wait >= 0 && wait < 30_000));
    for (let tenth = 0; tenth < 10; tenth++) {
      const inTenth = waits.filter((wait) => Math.floor(wait / 3_000) === tenth).length;
      assert.ok(inTenth > 50 && inTenth < 160, `${inTenth} of 1,000 waits in tenth ${tenth}`);
    }
  });

  test('backoff_manyAttempts_doublesUpToMaximum', () => {
    const backoff = new Backoff(1_000, 30_000, () => 1);
    assert.deepEqual(Array.from({ length: 7 }, () => backoff.next()), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    Array.from({ length: 2_000 }, () => backoff.next());
    assert.equal(backoff.next(), 30_000);
  });

  test('backoff_acceptThenClose_isNotReset', () => {
    const { service, clock } = fakeService();
    const waits: Array<number | null> = [];
    service.onConnectionChange((_, { retryInMs, state }) => state === 'reconnecting' && waits.push(retryInMs));
    service.connect();
    for (let i = 0; i < 6; i++) {
      FakeSocket.last.welcome();
      clock.advance(4_999);
      FakeSocket.last.drop(1012);
      clock.advance(waits.at(-1)!);
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
    FakeSocket.last.welcome();
    clock.advance(5_000);
    FakeSocket.last.drop(1012);
    assert.equal(waits.at(-1), 1_000, 'a stable connection resets the backoff');
  });

  test('backoff_maxAttempts_fails', async () => {
    const { service, clock, states } = fakeService({ backoff: { maxAttempts: 2 } });
    const errors: string[] = [];
    service.onError((error) => errors.push(error.code));
    const ready = service.ready();
    service.connect();
    for (let i = 0; i < 3; i++) {
      FakeSocket.last.drop();
      clock.advance(2_000);
    }
    assert.deepEqual([states, FakeSocket.all.length, clock.pending, errors], [['reconnecting', 'reconnecting', 'failed'], 3, 0, ['FAILED']]);
    await assert.rejects(ready, MetricError);
  });

  test('connect_afterFailed_startsAgain', () => {
    const { service } = fakeService();
    service.connect();
    FakeSocket.last.drop(4403);
    assert.equal(service.state, 'failed');
    service.connect();
    FakeSocket.last.welcome();
    assert.equal(service.state, 'connected');
  });
});

describe('close codes', () => {
  for (const code of [4400, 4402, 4403]) {
    test(`close_${code}_isFinal`, () => {
      const { service, clock } = fakeService();
      service.connect();
      FakeSocket.last.welcome().drop(code);
      clock.advance(3_600_000);
      assert.deepEqual([service.state, FakeSocket.all.length, clock.pending], ['failed', 1, 0]);
    });
  }

  for (const code of [1000, 1001, 1006, 1009, 1011, 1012, 1013, 4404, 4408, 4429]) {
    test(`close_${code}_reconnects`, () => {
      const { service, clock } = fakeService();
      service.connect();
      FakeSocket.last.welcome().drop(code);
      clock.advance(1_000);
      assert.deepEqual([service.state, FakeSocket.all.length], ['reconnecting', 2]);
    });
  }

  test('close_earlierSocket_isIgnored', () => {
    const { service, clock } = fakeService();
    service.connect();
    const first = FakeSocket.last;
    clock.advance(11_000); // no welcome arrived, so the client dropped the socket
    FakeSocket.last.welcome();
    first.receive({ type: 'error', message: 'x', code: 'UNAUTHORIZED' }).drop(4403);
    assert.deepEqual([service.state, FakeSocket.all.length], ['connected', 2]);
  });
});

describe('heartbeat', () => {
  test('frozenServer_isDetectedWithin40Seconds', () => {
    const { service, clock } = fakeService();
    service.connect();
    FakeSocket.last.welcome();
    clock.advance(30_000);
    FakeSocket.last.receive({ type: 'ping', timestamp: 1 });
    clock.advance(37_000);
    assert.equal(service.state, 'connected');
    clock.advance(3_000);
    assert.equal(service.state, 'reconnecting');
  });

  test('noWelcome_reportsErrorAndReconnects', () => {
    const { service, clock } = fakeService();
    const errors: MetricError[] = [];
    service.onError((error) => errors.push(error));
    service.connect();
    clock.advance(10_000);
    assert.deepEqual([service.state, FakeSocket.last.closed, errors[0]?.code], ['reconnecting', true, 'NO_WELCOME']);
    assert.match(errors[0]!.message, /ws:\/\/h\/ws\/metrics sent no welcome within 10 s; is it a metrics server\?/);
  });

  test('lateTimers_hiddenTab_keepLiveSocket', () => {
    const { service, clock } = fakeService();
    service.connect();
    FakeSocket.last.welcome();
    for (let minute = 0; minute < 60; minute++) {
      clock.sleep(60_000); // timers fire once per minute; the messages of that minute arrive after them
      FakeSocket.last.receive({ type: 'ping', timestamp: minute });
    }
    assert.deepEqual([service.state, FakeSocket.all.length], ['connected', 1]);
  });

  test('machineSleep_dropsSocketOnlyIfDead', () => {
    const { service, clock } = fakeService();
    service.connect();
    FakeSocket.last.welcome();
    clock.sleep(8 * 3_600_000);
    assert.equal(service.state, 'connected', 'the sleep of the client proves nothing');
    clock.advance(40_000);
    assert.equal(service.state, 'reconnecting', 'a timeout after the sleep does');
  });

  test('lateTimers_withoutEnd_stillDetectFrozenServer', () => {
    const { service, clock } = fakeService();
    service.connect();
    FakeSocket.last.welcome();
    for (let minute = 0; minute < 6; minute++) {
      clock.sleep(60_000);
    }
    assert.equal(service.state, 'reconnecting');
  });
});

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

describe('invalid input', () => {
  for (const url of ['', 'no url', 'ftp://h/', 'http://[', 'javascript:alert(1)', null, undefined]) {
    test(`url_${JSON.stringify(url)}_isRejectedWithMessage`, () => {
      assert.throws(() => createMetricService(url as string), { name: 'TypeError', message: /is not a WebSocket URL; it must look like ws:/ });
    });
  }

  test('url_http_isConvertedToWebSocket', () => {
    assert.equal(createMetricService('https://h/ws/metrics#x').state, 'idle');
  });

  for (const token of [17, true, {}, []]) {
    test(`token_${JSON.stringify(token)}_isRejectedWithMessage`, () => {
      assert.throws(() => createMetricService('ws://h', token as never), { name: 'TypeError', message: /^A token is a string, null, or a function/ });
    });
  }

  test('token_rejectedByWebSocketConstructor_fails', () => {
    class ThrowingWebSocket {
      constructor() {
        throw new SyntaxError('invalid subprotocol');
      }
    }
    const { service, clock } = fakeService({ tokenTransport: 'subprotocol', WebSocket: ThrowingWebSocket as never }, 'not a\ntoken');
    service.connect();
    assert.deepEqual([service.state, clock.pending], ['failed', 0]);
  });

  for (const channels of [[], undefined, 'system.metrics', [''], [1]]) {
    test(`subscribe_${JSON.stringify(channels)}_isRejectedWithMessage`, () => {
      assert.throws(() => fakeService().service.subscribe({ channels } as never), { name: 'TypeError', message: /^channels must be a list of at least one name/ });
    });
  }

  test('options_invalid_areRejectedByName', () => {
    assert.throws(() => createMetricService('ws://h', null, { bufferSize: -1 }), /bufferSize is -1; it must be a number, 0 or more/);
    assert.throws(() => createMetricService('ws://h', null, { tokenTransport: 'cookie' as never }), /tokenTransport is cookie/);
  });

  test('server_closesImmediately_isNotFloodedWithReconnects', () => {
    const { service, clock } = fakeService();
    service.connect();
    for (let second = 0; second < 600; second++) {
      FakeSocket.last.onclose?.({ code: 1006, reason: '' });
      clock.advance(1_000);
    }
    assert.ok(FakeSocket.all.length < 30, `${FakeSocket.all.length} connections in ten minutes`);
  });

  test('server_notAMetricsServer_reportsErrorsAndReconnects', () => {
    const { service, clock } = fakeService();
    const errors: string[] = [];
    service.onError(({ code }) => errors.push(code));
    service.connect();
    FakeSocket.last.receive('hello').receive('42["chat"]').receive({ event: 'open' });
    assert.deepEqual([service.state, errors], ['connecting', ['MALFORMED', 'MALFORMED', 'MALFORMED']]);
    clock.advance(10_000);
    assert.deepEqual([service.state, errors.at(-1)], ['reconnecting', 'NO_WELCOME']);
  });
});

describe('the registry', () => {
  test('getMetricService_sameUrl_returnsSameService', () => {
    const service = getMetricService('ws://h/ws/metrics', 'x');
    assert.equal(getMetricService('ws://h/ws/metrics', 'y'), service);
    assert.equal(getMetricService('ws://h/ws/metrics'), service);
    assert.notEqual(getMetricService('ws://other/ws/metrics'), service);
    resetMetricService('ws://h/ws/metrics');
    assert.notEqual(getMetricService('ws://h/ws/metrics'), service);
    resetMetricService();
  });

  test('getMetricService_newToken_replacesPreviousToken', () => {
    const service = getMetricService('ws://token/', 'old', { WebSocket: FakeSocket as never });
    getMetricService('ws://token/', 'new');
    service.connect();
    assert.match(FakeSocket.last.url, /token=new$/);
    resetMetricService();
    assert.equal(service.state, 'closed');
  });

  test('intervals_areTyped', () => {
    const interval: Interval = '5s';
    // @ts-expect-error the interval does not exist
    const invalid: Interval = '2s';
    assert.notEqual(interval, invalid);
  });
});
