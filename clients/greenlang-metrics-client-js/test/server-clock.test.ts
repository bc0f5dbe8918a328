/** Tests of the estimate of the server's clock: the monotonic clock, the wall clock and the delays are those of the test. */

import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { ServerClock } from '../src/server-clock.js';
import { FakeSocket, fakeService } from './fakes.js';

const NOON = Date.UTC(2026, 0, 1, 12);

/** Returns a clock of a server whose messages arrive with a delay. `now` is milliseconds since the start, on both clocks. */
function newServerClock() {
  const time = { now: 0 };
  const clock = new ServerClock(() => 5_000 + time.now);
  const error = () => clock.now()! - (NOON + time.now);
  const arrive = (now: number, delay: number) => {
    time.now = now;
    clock.record(NOON + now - delay);
  };
  const connect = (start: number, now: number, delay: number, serverStep = 0) => {
    time.now = now;
    clock.restart(NOON + serverStep + now - delay, 5_000 + start);
  };
  return { time, clock, error, arrive, connect };
}

describe('the estimate of the server clock', () => {
  test('now_beforeFirstSample_isNull', () => {
    assert.equal(newServerClock().clock.now(), null);
  });

  test('samples_withDifferentDelays_smallestDelayCounts', () => {
    const { error, arrive, connect } = newServerClock();
    connect(0, 900, 400);
    assert.equal(error(), -400);
    arrive(30_000, 20);
    assert.equal(error(), -20);
    arrive(60_000, 7_000);
    assert.equal(error(), -20, 'a late ping does not move the estimate');
  });

  test('samples_areBounded_andOldOnesExpire', () => {
    const { error, arrive, connect } = newServerClock();
    connect(0, 10, 5);
    for (let i = 1; i <= 7; i++) {
      arrive(i * 30_000, 50);
    }
    assert.equal(error(), -5);
    arrive(8 * 30_000, 50);
    assert.equal(error(), -50);
  });

  test('reconnect_slowerWelcome_keepsBetterEstimate', () => {
    const { error, connect } = newServerClock();
    connect(0, 20, 10);
    connect(60_000, 63_000, 1_500);
    assert.equal(error(), -10);
  });

  test('reconnect_toServerWithOtherClock_followsIt', () => {
    const { error, connect } = newServerClock();
    connect(0, 20, 10);
    connect(60_000, 60_200, 100, -3_600_000);
    assert.equal(error(), -3_600_100);
    connect(90_000, 90_200, 100, 3_600_000);
    assert.equal(error(), 3_599_900);
  });

  test('sleep_monotonicClockStoodStill_nextPingCorrects', () => {
    const { time, clock } = newServerClock();
    clock.restart(NOON, 5_000);
    time.now = 1_000;
    clock.record(NOON + 601_000);
    assert.equal(clock.now(), NOON + 601_000);
  });
});

describe('serverNow', () => {
  test('wallClock_isWrongAndSteps_changesNothing', (t) => {
    t.after(() => mock.timers.reset());
    mock.timers.enable({ apis: ['Date'], now: NOON - 7 * 3_600_000 });
    const { service, clock } = fakeService();
    service.connect();
    assert.equal(service.serverNow(), null);
    clock.advance(100);
    FakeSocket.last.welcome({ timestamp: NOON / 1000 });
    assert.equal(service.serverNow(), NOON);
    mock.timers.setTime(NOON + 86_400_000);
    clock.advance(30_000);
    assert.equal(service.serverNow(), NOON + 30_000);
    FakeSocket.last.receive({ type: 'ping', timestamp: (NOON + 30_040) / 1000 });
    assert.equal(service.serverNow(), NOON + 30_040);
  });

  test('lostConnection_timeContinues', () => {
    const { service, clock } = fakeService();
    service.connect();
    FakeSocket.last.welcome({ timestamp: NOON / 1000 });
    FakeSocket.last.drop();
    clock.advance(500);
    assert.equal(service.serverNow(), NOON + 500);
  });

  test('serverWithoutTime_isNull', () => {
    const { service } = fakeService();
    service.connect();
    FakeSocket.last.welcome({ timestamp: 'noon' }).receive({ type: 'ping' });
    assert.deepEqual([service.state, service.serverNow()], ['connected', null]);
  });
});
