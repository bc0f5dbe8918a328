/** Unit tests of the requests for history. */

import assert from 'node:assert/strict';
import { after, beforeEach, describe, mock, test } from 'node:test';
import { HistoryLoader } from '../../main/web/history-loader.js';
import { MAX_METRICS, MAX_PARTS, loadHistory } from '../../main/web/history-parts.js';
import { defaultPreferences } from '../../main/web/preferences.js';
import { NOON } from './fixtures.js';

const CHANNEL = 'shop';
const COLLECT_MILLIS = 30;
const EVENTS_MILLIS = 5_000;
const LISTENER = { onHistory: () => {}, onHistoryMissing: () => {}, onAnnotations: () => {} };

describe('history in parts', () => {
  const options = { signal: new AbortController().signal };
  const isoTime = (index) => new Date((NOON + index) * 1000).toISOString();
  /** Returns a service with some metrics per second, and the requested starts. */
  const serviceOf = (seconds, perSecond = 1, failAt = Infinity) => {
    const starts = [];
    const getHistory = async ({ start_time: start, limit }) => {
      starts.push(start);
      if (starts.length > failAt) {
        throw new Error('Rate limit exceeded');
      }
      const first = Date.parse(start) / 1000 - NOON;
      return Array.from({ length: Math.min(limit, (seconds - first) * perSecond) }, (_, i) => ({ name: String(i % perSecond), timestamp: isoTime(first + Math.floor(i / perSecond)) }));
    };
    return { starts, getHistory };
  };
  const load = async (service) => {
    const parts = [];
    const missing = await loadHistory(service, { channel: CHANNEL, start_time: isoTime(0) }, options, (metrics) => parts.push(metrics));
    return { parts, missing, all: parts.flat() };
  };

  test('loadHistory_fullAnswer_continuesAtItsLastTime', async () => {
    const service = serviceOf(40_000, 3);
    const { parts, missing, all } = await load(service);
    assert.deepEqual([parts.length, missing, all.length], [3, '', 120_000]);
    assert.deepEqual(service.starts, [isoTime(0), isoTime(16_666), isoTime(33_332)]);
    assert.equal(new Set(all.map(({ name, timestamp }) => name + timestamp)).size, 120_000, 'each metric once');
    assert.ok(parts.every((part) => part.length % 3 === 0), 'all metrics of a time are in one part');
  });

  test('loadHistory_moreThanTheParts_saysWhatIsMissing', async () => {
    const { parts, missing } = await load(serviceOf(MAX_PARTS * MAX_METRICS + 10));
    assert.equal(parts.length, MAX_PARTS);
    assert.match(missing, /^The history of shop is too long: the charts lack its values from 3 Jan, .* on\. Choose a shorter range or a filter\.$/);
  });

  test('loadHistory_partFails_keepsThoseBefore', async () => {
    const { all, missing } = await load(serviceOf(60_000, 1, 1));
    assert.deepEqual([all.length, missing !== ''], [MAX_METRICS - 1, true]);
    await assert.rejects(load(serviceOf(10, 1, 0)), /Rate limit/);
  });

  test('loadHistory_noWindowsInAPastRange_leavesTheLengthToTheServer', async () => {
    const intervals = [];
    const getHistory = async ({ aggregation_interval: interval, metrics }) => {
      intervals.push(interval);
      return interval || metrics ? [] : [{ name: 'm', timestamp: isoTime(1) }];
    };
    const load = async (fields) => {
      const parts = [];
      await loadHistory({ getHistory }, { channel: CHANNEL, start_time: isoTime(0), aggregation_interval: '5s', ...fields }, options, (metrics) => parts.push(...metrics));
      return parts.length;
    };
    assert.deepEqual([await load({ end_time: isoTime(9) }), intervals.splice(0)], [1, ['5s', undefined]]);
    assert.deepEqual([await load({ end_time: isoTime(9), metrics: ['none'] }), intervals.splice(0)], [0, ['5s', undefined]]);
    assert.deepEqual([await load({ end_time: isoTime(9), buckets: true }), intervals.splice(0)], [0, ['5s']], 'groups are merged from windows, not from samples');
    assert.deepEqual([await load({}), intervals], [0, ['5s']], 'a live range has windows of one length');
  });

  test('loadHistory_oneTimeWithTooMany_ends', async () => {
    const { all, missing } = await load(serviceOf(2, MAX_METRICS + 1));
    assert.deepEqual([all.length, missing !== ''], [MAX_METRICS, true]);
  });
});

describe('a finer resolution', () => {
  const past = [NOON - 600, NOON];
  const loaderOf = (preferences, getHistory = async () => []) =>
    new HistoryLoader({ serverNow: () => NOON * 1000, getHistory }, { ...defaultPreferences(), windowSeconds: 86_400, ...preferences }, LISTENER);

  test('hasFiner_partOfADay_isTrueUnlessTheUserChoseTheInterval', () => {
    assert.equal(loaderOf({}).hasFiner(past), true, '5 s in place of 5 minutes');
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
    loader = new HistoryLoader(service, { ...defaultPreferences(), groupBy: ['host'] }, LISTENER);
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

test('request_thatTheServerRejects_isAProblemUnlessItKeepsNoHistory', async () => {
  const problems = [];
  const errors = [{ code: 'HISTORY_UNAVAILABLE' }, { code: 'CLOSED' }, new DOMException('The query has changed', 'AbortError'), { code: 'TIMEOUT', message: 'No reply' }, { code: 'RATE_LIMITED', message: 'Rate limit exceeded' }];
  const service = { serverNow: () => NOON * 1000, getHistory: () => Promise.reject(errors.shift()) };
  const loader = new HistoryLoader(service, defaultPreferences(), { onHistory: () => {}, onAnnotations: () => {}, onHistoryMissing: (text) => problems.push(text) });
  mock.timers.enable({ apis: ['setTimeout'] });
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    loader.request(CHANNEL, [name]);
    mock.timers.tick(COLLECT_MILLIS);
  }
  mock.timers.reset();
  await new Promise(setImmediate);
  assert.deepEqual(problems, ['No reply', 'Rate limit exceeded']);
});
