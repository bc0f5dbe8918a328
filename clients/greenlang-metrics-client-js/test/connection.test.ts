/** Tests of the connection life cycle: connecting, a final disconnect, and one service per URL. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Interval, getMetricService, resetMetricService } from '../src/index.js';
import { FakeSocket, type ManualClock, fakeService, flushPromises } from './fakes.js';

/** Runs an action as in a page of an origin. */
function inPageOf(origin: string, action: () => void): void {
  Object.assign(globalThis, { location: new URL(origin) });
  try {
    action();
  } finally {
    delete (globalThis as { location?: unknown }).location;
  }
}

describe('origins', () => {
  for (const [origin, expected] of [
    ['http://localhost:5173', ['CONNECTION: Failed to connect to ws://h/ws/metrics. A running server may reject the Origin http://localhost:5173: add it to WS_ALLOWED_ORIGINS']],
    ['http://h', []],
  ] as const) {
    test(`connect_rejectedOnPageOf_${origin}_namesTheOriginOnceAtMost`, () =>
      inPageOf(origin, () => {
        const { service, states } = fakeService();
        const errors: string[] = [];
        service.onError(({ code, message }) => errors.push(`${code}: ${message}`));
        service.connect();
        FakeSocket.last.drop(1006);
        service.connect();
        FakeSocket.last.drop(1006);
        assert.deepEqual([errors, states], [expected, ['reconnecting', 'reconnecting']]);
        service.disconnect();
      }));
  }
});

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
