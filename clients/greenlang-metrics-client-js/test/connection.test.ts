/** One connection after another: backoff, close codes, silence, tokens, and an end that is an end. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Backoff } from '../src/backoff.js';
import { type Interval, MetricError, createMetricService, getMetricService, resetMetricService } from '../src/index.js';
import { FakeSocket, type FakeTime, fake, settle } from './fakes.js';

describe('connecting', () => {
  test('connected_beforeTheWelcome_isFalse', () => {
    const { service, states } = fake();
    service.connect();
    assert.equal(service.state, 'connecting');
    assert.equal(FakeSocket.last.url, 'ws://h/ws/metrics?token=a.b.c');
    FakeSocket.last.welcomes();
    assert.deepEqual([service.state, service.clientId, states], ['connected', '127.0.0.1:1', ['connected']]);
  });

  test('connect_twice_opensOneSocket', () => {
    const { service } = fake();
    service.connect();
    service.connect();
    FakeSocket.last.welcomes();
    service.connect();
    assert.equal(FakeSocket.all.length, 1);
  });

  test('connect_whileWaiting_triesAtOnce', () => {
    const { service } = fake();
    service.connect();
    FakeSocket.last.drops();
    service.connect();
    service.connect();
    assert.deepEqual([FakeSocket.all.length, service.state], [2, 'reconnecting']);
  });

  test('tokenTransport_subprotocol_keepsTheTokenOutOfTheUrl', () => {
    const { service } = fake({ tokenTransport: 'subprotocol' });
    service.connect();
    assert.equal(FakeSocket.last.url, 'ws://h/ws/metrics');
    assert.deepEqual(FakeSocket.last.protocols, ['greenlang.v1', 'bearer.a.b.c']);
  });

  test('ready_isSettledByWelcomeTimeoutAndDisconnect', async () => {
    const { service, time } = fake();
    const [soon, late] = [service.ready(), service.ready(100)];
    service.connect();
    time.tick(100);
    await assert.rejects(late, { code: 'TIMEOUT' });
    FakeSocket.last.welcomes();
    await soon;
    await service.ready();
    service.disconnect();
    await assert.rejects(service.ready(), { code: 'CLOSED' });
  });

  test('ping_isAnsweredByPong', () => {
    const { service } = fake();
    service.connect();
    FakeSocket.last.welcomes().says({ type: 'ping', timestamp: 5.5 });
    assert.deepEqual(FakeSocket.last.sent, [{ type: 'pong', timestamp: 5.5 }]);
  });

  test('throwingListener_hurtsNobodyElse', () => {
    const { service, complaints } = fake();
    const calls: string[] = [];
    service.onConnectionChange(() => {
      throw new Error('mine');
    });
    service.onConnectionChange(() => calls.push('other'));
    service.connect();
    FakeSocket.last.welcomes();
    assert.deepEqual([calls, service.state, complaints.length], [['other'], 'connected', 1]);
  });
});

describe('c. disconnect', () => {
  test('disconnect_whileConnecting_leavesNoTimerAndDoesNotReconnect', () => {
    const { service, time, states } = fake();
    service.connect();
    service.disconnect();
    FakeSocket.last.welcomes().drops();
    time.tick(3_600_000);
    assert.deepEqual([FakeSocket.all.length, FakeSocket.last.closed, time.pending, states], [1, true, 0, ['closed']]);
  });

  test('disconnect_duringBackoff_leavesNoTimerAndDoesNotReconnect', () => {
    const { service, time } = fake();
    service.connect();
    FakeSocket.last.drops();
    assert.equal(time.pending, 1);
    service.disconnect();
    time.tick(3_600_000);
    assert.deepEqual([FakeSocket.all.length, time.pending, service.state], [1, 0, 'closed']);
  });

  test('disconnect_whenOpen_leavesNoTimerAndDoesNotReconnect', async () => {
    const { service, time } = fake();
    service.subscribe({ channels: ['system.metrics'] });
    service.getHistory({ channel: 'system.metrics', start_time: new Date(0) });
    service.connect();
    FakeSocket.last.welcomes();
    service.disconnect();
    await settle(); // an unhandled rejection of what nobody awaits would end the test run
    FakeSocket.last.drops();
    time.tick(3_600_000);
    assert.deepEqual([FakeSocket.all.length, time.pending, service.state], [1, 0, 'closed']);
  });

  test('disconnect_whileTheTokenIsFetched_opensNoSocket', async () => {
    let bring = (_: string): void => {};
    const { service, time } = fake({}, () => new Promise<string>((resolve) => (bring = resolve)));
    service.connect();
    service.disconnect();
    bring('late');
    await settle();
    assert.deepEqual([FakeSocket.all.length, time.pending], [0, 0]);
  });

  test('disconnect_insideAListener_isAnEnd', () => {
    const { service, time } = fake();
    service.onConnectionChange((connected) => !connected && service.disconnect());
    service.connect();
    FakeSocket.last.welcomes().drops();
    time.tick(3_600_000);
    assert.deepEqual([FakeSocket.all.length, time.pending, service.state], [1, 0, 'closed']);
  });

  for (const [code, provoke] of Object.entries({
    NO_WELCOME: (time: FakeTime) => time.tick(10_000),
    MALFORMED: () => FakeSocket.last.welcomes().says('{'),
    FAILED: () => FakeSocket.last.welcomes().drops(4403),
  })) {
    test(`disconnect_whenToldOf_${code}_isAnEnd`, () => {
      const { service, time, states } = fake();
      service.onError((error) => error.code === code && service.disconnect());
      service.connect();
      provoke(time);
      time.tick(3_600_000);
      assert.deepEqual([FakeSocket.all.length, time.pending, states.at(-1)], [1, 0, 'closed']);
    });
  }

  test('disconnect_whenToldThatThereIsNoToken_isAnEnd', async () => {
    const { service, time } = fake({}, () => Promise.reject(new Error('logged out')));
    service.onError(() => service.disconnect());
    service.connect();
    await settle();
    time.tick(3_600_000);
    assert.deepEqual([FakeSocket.all.length, time.pending, service.state], [0, 0, 'closed']);
  });

  test('disconnect_beforeConnect_tellsWhoWaits_andLeavesNoTimer', async () => {
    const { service, time } = fake();
    const waiting = [service.ready(60_000), service.subscribe({ channels: ['c'] }), service.getHistory({ channel: 'c', start_time: new Date(0) })];
    const next = service.metrics('c').next();
    service.disconnect();
    for (const each of waiting) {
      await assert.rejects(each, { code: 'CLOSED' });
    }
    assert.deepEqual([await next, time.pending, service.state], [{ value: undefined, done: true }, 0, 'closed']);
  });

  test('disposal_disconnects', async () => {
    const { service } = fake();
    service.connect();
    await service[Symbol.asyncDispose]();
    assert.equal(service.state, 'closed');
  });
});

describe('d. backoff', () => {
  test('backoff_aThousandTimes_spreadsOverTheWholeRange', () => {
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

  test('backoff_doublesUpToTheCap_howeverLongItGoesOn', () => {
    const backoff = new Backoff(1_000, 30_000, () => 1);
    assert.deepEqual(Array.from({ length: 7 }, () => backoff.next()), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    Array.from({ length: 2_000 }, () => backoff.next());
    assert.equal(backoff.next(), 30_000);
  });

  test('backoff_acceptThenClose_doesNotResetIt', () => {
    const { service, time } = fake();
    const waits: Array<number | null> = [];
    service.onConnectionChange((_, { retryInMs, state }) => state === 'reconnecting' && waits.push(retryInMs));
    service.connect();
    for (let i = 0; i < 6; i++) {
      FakeSocket.last.welcomes();
      time.tick(4_999);
      FakeSocket.last.drops(1012);
      time.tick(waits.at(-1)!);
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
    FakeSocket.last.welcomes();
    time.tick(5_000);
    FakeSocket.last.drops(1012);
    assert.equal(waits.at(-1), 1_000, 'a connection that lasted does');
  });

  test('backoff_maxAttempts_fails', async () => {
    const { service, time, states } = fake({ backoff: { maxAttempts: 2 } });
    const errors: string[] = [];
    service.onError((error) => errors.push(error.code));
    const ready = service.ready();
    service.connect();
    for (let i = 0; i < 3; i++) {
      FakeSocket.last.drops();
      time.tick(2_000);
    }
    assert.deepEqual([states, FakeSocket.all.length, time.pending, errors], [['reconnecting', 'reconnecting', 'failed'], 3, 0, ['FAILED']]);
    await assert.rejects(ready, MetricError);
  });

  test('connect_afterFailed_beginsAnew', () => {
    const { service } = fake();
    service.connect();
    FakeSocket.last.drops(4403);
    assert.equal(service.state, 'failed');
    service.connect();
    FakeSocket.last.welcomes();
    assert.equal(service.state, 'connected');
  });
});

describe('close codes', () => {
  for (const code of [4400, 4402, 4403]) {
    test(`close_${code}_isFinal`, () => {
      const { service, time } = fake();
      service.connect();
      FakeSocket.last.welcomes().drops(code);
      time.tick(3_600_000);
      assert.deepEqual([service.state, FakeSocket.all.length, time.pending], ['failed', 1, 0]);
    });
  }

  for (const code of [1000, 1001, 1006, 1009, 1011, 1012, 1013, 4404, 4408, 4429]) {
    test(`close_${code}_reconnects`, () => {
      const { service, time } = fake();
      service.connect();
      FakeSocket.last.welcomes().drops(code);
      time.tick(1_000);
      assert.deepEqual([service.state, FakeSocket.all.length], ['reconnecting', 2]);
    });
  }

  test('close_ofAnEarlierSocket_changesNothing', () => {
    const { service, time } = fake();
    service.connect();
    const first = FakeSocket.last;
    time.tick(11_000); // it never said welcome, so it was given up
    FakeSocket.last.welcomes();
    first.says({ type: 'error', message: 'x', code: 'UNAUTHORIZED' }).drops(4403);
    assert.deepEqual([service.state, FakeSocket.all.length], ['connected', 2]);
  });
});

describe('e. silence', () => {
  test('frozenPeer_isNoticedWithin40Seconds', () => {
    const { service, time } = fake();
    service.connect();
    FakeSocket.last.welcomes();
    time.tick(30_000);
    FakeSocket.last.says({ type: 'ping', timestamp: 1 });
    time.tick(37_000);
    assert.equal(service.state, 'connected');
    time.tick(3_000);
    assert.equal(service.state, 'reconnecting');
  });

  test('noWelcome_isNoticed', () => {
    const { service, time } = fake();
    const errors: MetricError[] = [];
    service.onError((error) => errors.push(error));
    service.connect();
    time.tick(10_000);
    assert.deepEqual([service.state, FakeSocket.last.closed, errors[0]?.code], ['reconnecting', true, 'NO_WELCOME']);
    assert.match(errors[0]!.message, /ws:\/\/h\/ws\/metrics said no welcome within 10 s: is it a metrics server\?/);
  });

  test('lateTimers_ofAHiddenTab_killNoLiveSocket', () => {
    const { service, time } = fake();
    service.connect();
    FakeSocket.last.welcomes();
    for (let minute = 0; minute < 60; minute++) {
      time.sleep(60_000); // timers fire once a minute; the messages of that minute come after them
      FakeSocket.last.says({ type: 'ping', timestamp: minute });
    }
    assert.deepEqual([service.state, FakeSocket.all.length], ['connected', 1]);
  });

  test('sleep_ofTheMachine_endsTheSocketOnlyIfItIsDead', () => {
    const { service, time } = fake();
    service.connect();
    FakeSocket.last.welcomes();
    time.sleep(8 * 3_600_000);
    assert.equal(service.state, 'connected', 'our own sleep proves nothing');
    time.tick(40_000);
    assert.equal(service.state, 'reconnecting', 'the silence after it does');
  });

  test('lateTimers_forEver_areNoExcuseForAFrozenPeer', () => {
    const { service, time } = fake();
    service.connect();
    FakeSocket.last.welcomes();
    for (let minute = 0; minute < 6; minute++) {
      time.sleep(60_000);
    }
    assert.equal(service.state, 'reconnecting');
  });
});

describe('f. tokens', () => {
  test('expiredToken_ofAFunction_isRefreshedOnce_thenFails', async () => {
    let calls = 0;
    const { service, time, states } = fake({}, () => `token${++calls}`);
    service.connect();
    await settle();
    FakeSocket.last.drops(4401);
    time.tick(0);
    await settle();
    assert.deepEqual(FakeSocket.all.map(({ url }) => url.split('=')[1]), ['token1', 'token2']);
    FakeSocket.last.drops(4401);
    time.tick(3_600_000);
    await settle();
    assert.deepEqual([states, calls, time.pending], [['reconnecting', 'failed'], 2, 0]);
  });

  test('expiredToken_whoseSuccessorIsWelcomedAndRefused_makesNoLoop', async () => {
    let calls = 0;
    const { service, time } = fake({}, async () => `token${++calls}`);
    service.connect();
    for (let i = 0; i < 10; i++) {
      await settle();
      FakeSocket.last.welcomes().says({ type: 'error', message: 'Invalid authentication token', code: 'TOKEN_EXPIRED' }).drops(4401);
      time.tick(0);
    }
    assert.deepEqual([service.state, calls], ['failed', 2]);
  });

  test('expiredToken_afterALongLife_isRefreshedAgain', async () => {
    const { service, time } = fake({}, () => 'x');
    service.connect();
    for (let day = 0; day < 3; day++) {
      await settle();
      FakeSocket.last.welcomes();
      time.tick(10_000);
      FakeSocket.last.drops(4401);
      time.tick(0);
    }
    await settle();
    assert.deepEqual([service.state, FakeSocket.all.length], ['reconnecting', 4]);
  });

  test('refusedToken_thatIsAString_failsAtOnce', () => {
    const { service, time } = fake();
    service.connect();
    FakeSocket.last.drops(4401);
    assert.deepEqual([service.state, time.pending], ['failed', 0]);
  });

  test('refusedToken_whoseCloseCodeAProxySwallowed_isNotedAllTheSame', () => {
    const { service } = fake();
    service.connect();
    FakeSocket.last.says({ type: 'error', message: 'Invalid authentication token', code: 'UNAUTHORIZED' }).drops(1006);
    assert.equal(service.state, 'failed');
  });

  test('tokenFunction_thatFails_isAskedAgainLater', async () => {
    const answers: Array<() => string> = [
      () => {
        throw new Error('offline');
      },
      () => 'good',
    ];
    const { service, time } = fake({}, () => answers.shift()!());
    const errors: string[] = [];
    service.onError(({ code }) => errors.push(code));
    service.connect();
    await settle();
    assert.deepEqual([service.state, errors], ['reconnecting', ['TOKEN']]);
    time.tick(1_000);
    await settle();
    assert.match(FakeSocket.last.url, /token=good$/);
  });

  test('tokenFunction_thatNeverAnswers_isToldOf_andAskedAgain', async () => {
    let asked = 0;
    const { service, time } = fake({}, () => (asked++, new Promise<string>(() => {})));
    const errors: string[] = [];
    service.onError(({ code, message }) => errors.push(`${code}: ${message}`));
    service.connect();
    time.tick(10_000);
    assert.deepEqual([service.state, errors], ['reconnecting', ['TOKEN: The token function brought no token within 10 s']]);
    time.tick(1_000);
    assert.equal(asked, 2);
  });

  test('tokenFunction_thatReturnsNoToken_fails', async () => {
    const { service, time } = fake({}, (() => 17) as never);
    service.connect();
    await settle();
    assert.deepEqual([service.state, time.pending, FakeSocket.all.length], ['failed', 0, 0]);
  });

  test('setToken_whileConnected_tellsTheServer', () => {
    const { service } = fake();
    service.connect();
    FakeSocket.last.welcomes();
    service.setToken('d.e.f');
    assert.deepEqual(FakeSocket.last.sent, [{ type: 'refresh_token', id: 'token', data: { token: 'd.e.f' } }]);
    FakeSocket.last.drops();
    service.connect();
    assert.match(FakeSocket.last.url, /token=d\.e\.f$/);
  });

  test('setToken_refusedWhileConnected_endsNothing', () => {
    const { service } = fake();
    service.connect();
    FakeSocket.last.welcomes();
    service.setToken('worse');
    FakeSocket.last.says({ type: 'error', id: 'token', message: 'Invalid authentication token', code: 'UNAUTHORIZED' });
    assert.equal(service.state, 'connected');
    FakeSocket.last.drops(1012);
    assert.equal(service.state, 'reconnecting', 'as after any other close');
  });
});

describe('bad input', () => {
  for (const url of ['', 'no url', 'ftp://h/', 'http://[', 'javascript:alert(1)', null, undefined]) {
    test(`url_${JSON.stringify(url)}_isRefusedInWords`, () => {
      assert.throws(() => createMetricService(url as string), { name: 'TypeError', message: /is no WebSocket address; it must look like ws:/ });
    });
  }

  test('url_ofHttp_isMeantAsWebSocket', () => {
    assert.equal(createMetricService('https://h/ws/metrics#x').state, 'idle');
  });

  for (const token of [17, true, {}, []]) {
    test(`token_${JSON.stringify(token)}_isRefusedInWords`, () => {
      assert.throws(() => createMetricService('ws://h', token as never), { name: 'TypeError', message: /^A token is a string, null, or a function/ });
    });
  }

  test('token_thatTheWebSocketWillNotTake_fails', () => {
    class Picky {
      constructor() {
        throw new SyntaxError('invalid subprotocol');
      }
    }
    const { service, time } = fake({ tokenTransport: 'subprotocol', WebSocket: Picky as never }, 'not a\ntoken');
    service.connect();
    assert.deepEqual([service.state, time.pending], ['failed', 0]);
  });

  for (const channels of [[], undefined, 'system.metrics', [''], [1]]) {
    test(`subscribe_${JSON.stringify(channels)}_isRefusedInWords`, () => {
      assert.throws(() => fake().service.subscribe({ channels } as never), { name: 'TypeError', message: /^channels must be a list of at least one name/ });
    });
  }

  test('options_thatCannotBe_areRefusedByName', () => {
    assert.throws(() => createMetricService('ws://h', null, { bufferSize: -1 }), /bufferSize is -1; it must be a number, 0 or more/);
    assert.throws(() => createMetricService('ws://h', null, { tokenTransport: 'cookie' as never }), /tokenTransport is cookie/);
  });

  test('server_thatClosesAtOnceEveryTime_isNotHammered', () => {
    const { service, time } = fake();
    service.connect();
    for (let second = 0; second < 600; second++) {
      FakeSocket.last.onclose?.({ code: 1006, reason: '' });
      time.tick(1_000);
    }
    assert.ok(FakeSocket.all.length < 30, `${FakeSocket.all.length} connections in ten minutes`);
  });

  test('server_ofAnotherKind_isToldOfAndNotBelieved', () => {
    const { service, time } = fake();
    const errors: string[] = [];
    service.onError(({ code }) => errors.push(code));
    service.connect();
    FakeSocket.last.says('hello').says('42["chat"]').says({ event: 'open' });
    assert.deepEqual([service.state, errors], ['connecting', ['MALFORMED', 'MALFORMED', 'MALFORMED']]);
    time.tick(10_000);
    assert.deepEqual([service.state, errors.at(-1)], ['reconnecting', 'NO_WELCOME']);
  });
});

describe('the registry', () => {
  test('getMetricService_ofOneUrl_isOneService', () => {
    const one = getMetricService('ws://h/ws/metrics', 'x');
    assert.equal(getMetricService('ws://h/ws/metrics', 'y'), one);
    assert.equal(getMetricService('ws://h/ws/metrics'), one);
    assert.notEqual(getMetricService('ws://other/ws/metrics'), one);
    resetMetricService('ws://h/ws/metrics');
    assert.notEqual(getMetricService('ws://h/ws/metrics'), one);
    resetMetricService();
  });

  test('getMetricService_withANewToken_usesItFromThenOn', () => {
    const service = getMetricService('ws://token/', 'old', { WebSocket: FakeSocket as never });
    getMetricService('ws://token/', 'new');
    service.connect();
    assert.match(FakeSocket.last.url, /token=new$/);
    resetMetricService();
    assert.equal(service.state, 'closed');
  });

  test('intervals_areTyped', () => {
    const interval: Interval = '5s';
    // @ts-expect-error there is no such interval
    const wrong: Interval = '2s';
    assert.notEqual(interval, wrong);
  });
});
