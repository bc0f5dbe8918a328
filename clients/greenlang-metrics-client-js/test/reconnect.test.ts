/** Tests of reconnecting: the backoff, close codes, and connections that have stalled. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Backoff } from '../src/backoff.js';
import { MetricError } from '../src/index.js';
import { FakeSocket, fakeService } from './fakes.js';

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
