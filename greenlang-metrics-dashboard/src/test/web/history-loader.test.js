/** Unit tests of the requests for history. */

import assert from 'node:assert/strict';
import { after, beforeEach, describe, mock, test } from 'node:test';
import { HistoryLoader } from '../../main/web/history-loader.js';
import { defaultPreferences } from '../../main/web/preferences.js';
import { NOON } from './fixtures.js';

const CHANNEL = 'shop';
const COLLECT_MILLIS = 30;
const EVENTS_MILLIS = 5_000;

describe('a finer resolution', () => {
  const past = [NOON - 600, NOON];
  const loaderOf = (preferences, getHistory = async () => []) =>
    new HistoryLoader({ serverNow: () => NOON * 1000, getHistory }, { ...defaultPreferences(), windowSeconds: 86_400, ...preferences }, { onHistory: () => {}, onAnnotations: () => {} });

  test('hasFiner_partOfADay_isTrueUnlessTheUserChoseTheInterval', () => {
    assert.equal(loaderOf({}).hasFiner(past), true, 'windows of 1 minute in place of 5');
    assert.equal(loaderOf({}).hasFiner([NOON - 50_000, NOON]), false);
    assert.equal(loaderOf({ interval: '5m' }).hasFiner(past), false);
    assert.equal(loaderOf({ past }).hasFiner([NOON - 500, NOON - 400]), true);
    assert.equal(loaderOf({ past: [NOON - 86_400, NOON - 80_000] }).hasFiner([NOON - 82_000, NOON - 81_000]), false, 'the server has no finer windows of that age');
  });

  test('hasFiner_serverWithoutHistory_isFalse', async () => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout'] });
    const rejected = Promise.reject(Object.assign(new Error('none'), { code: 'HISTORY_UNAVAILABLE' }));
    const loader = loaderOf({}, () => rejected);
    loader.request(CHANNEL, ['orders']);
    mock.timers.tick(COLLECT_MILLIS);
    await rejected.catch(() => {});
    await Promise.resolve();
    assert.equal(loader.hasFiner(past), false);
    mock.timers.reset();
  });
});

describe('the requests for events', () => {
  /** @type {HistoryLoader} */
  let loader;
  let requests = [];
  /** Advances the clock in steps, so that a timer which another one starts is in time. */
  const tick = (millis) => {
    for (let passed = 0; passed < millis; passed += COLLECT_MILLIS) {
      mock.timers.tick(COLLECT_MILLIS);
    }
  };

  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout'] });
    requests = [];
    const service = { serverNow: () => NOON * 1000, getHistory: async ({ channel, metrics }) => (requests.push(`${channel}/${metrics}`), []) };
    loader = new HistoryLoader(service, { ...defaultPreferences(), groupBy: ['host'] }, { onHistory: () => {}, onAnnotations: () => {} });
  });

  after(() => mock.timers.reset());

  test('requestEvents_manyInAnInterval_sendTheFirstAndOneAtItsEnd', () => {
    for (let i = 0; i < 100; i++) {
      loader.requestEvents(CHANNEL);
      tick(COLLECT_MILLIS);
    }
    assert.deepEqual(requests, ['shop/annotation']);
    tick(EVENTS_MILLIS);
    assert.deepEqual(requests, ['shop/annotation', 'shop/annotation']);
    tick(10 * EVENTS_MILLIS);
    assert.equal(requests.length, 2, 'no event has arrived since');
    loader.requestEvents(CHANNEL);
    tick(COLLECT_MILLIS);
    assert.equal(requests.length, 3);
  });

  test('requestEvents_twoChannels_haveTheirOwnIntervals', () => {
    loader.requestEvents(CHANNEL);
    tick(COLLECT_MILLIS);
    loader.requestEvents('queue');
    tick(COLLECT_MILLIS);
    assert.deepEqual(requests, ['shop/annotation', 'queue/annotation']);
  });

  test('requestEvents_afterAReset_isSentAtOnceAndThePreviousOnesAreNot', () => {
    loader.requestEvents(CHANNEL);
    loader.requestEvents(CHANNEL);
    loader.reset();
    tick(2 * EVENTS_MILLIS);
    assert.deepEqual(requests, []);
    loader.requestEvents(CHANNEL);
    tick(COLLECT_MILLIS);
    assert.deepEqual(requests, ['shop/annotation']);
  });

  test('request_namesOfSeveralCharts_areOneRequestOnce', () => {
    loader.request(CHANNEL, ['orders']);
    loader.request(CHANNEL, ['errors', 'orders']);
    tick(COLLECT_MILLIS);
    loader.request(CHANNEL, ['orders']);
    tick(COLLECT_MILLIS);
    assert.deepEqual(requests, ['shop/orders,errors']);
  });
});
