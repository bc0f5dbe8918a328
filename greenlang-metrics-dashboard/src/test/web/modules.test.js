/** Unit tests of the page's modules: the rules that are easier to test without a browser. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { bytes, bytesPerSecond, duration, formatQuantity, percent, plain, quantityOf } from '../../main/web/format.js';
import { Meter } from '../../main/web/meter.js';
import { toSubscription } from '../../main/web/preferences.js';
import { PrimarySeries } from '../../main/web/primary-series.js';
import { MAX_DESCRIBED_NAMES, MAX_GROUPS, Store } from '../../main/web/store.js';
import { TimeRange, liveEdge } from '../../main/web/time-range.js';
import { TimeSeries } from '../../main/web/time-series.js';
import { metricsUrl, readFragment, tokenFromPaste, withoutToken } from '../../main/web/url-options.js';

const NOON = Date.UTC(2026, 0, 1, 12) / 1000;
const WEB = 'src/main/web/';
const BUILT = 'src/main/resources/META-INF/resources/greenlang-metrics/';

const metric = (name, value, second, tags = { host: 'h' }, fields = {}) => ({
  channel: 'system.metrics',
  name,
  type: /bytes_|total$/.test(name) ? 'counter' : 'gauge',
  value,
  timestamp: new Date(1000 * (NOON + second)).toISOString(),
  tags,
  ...fields,
});

/** Creates a store whose server's time is late enough for every metric. `clock.second` changes it. */
function newStore(clock = { second: 10_000 }) {
  return new Store(() => NOON + clock.second);
}

describe('the URL options', () => {
  test('contain the token and the WebSocket override', () => {
    assert.deepEqual(readFragment('#token=a.b-_c&ws=%2Fx'), { token: 'a.b-_c', ws: '/x' });
    assert.deepEqual(readFragment(''), { token: null, ws: null });
    assert.deepEqual(readFragment('#token='), { token: null, ws: null });
    assert.equal(withoutToken('#token=a&ws=/x'), '#ws=%2Fx');
    assert.equal(withoutToken('#token=a'), '');
  });

  const cases = [
    ['http://localhost:8000/', null, 'ws://localhost:8000/ws/metrics'],
    ['https://h/index.html?a=b#token=x', null, 'wss://h/ws/metrics'],
    ['http://h/greenlang-metrics/', null, 'ws://h/ws/metrics'],
    ['http://h/app/greenlang-metrics/index.html', null, 'ws://h/app/ws/metrics'],
    ['https://h/proxied/', null, 'wss://h/proxied/ws/metrics'],
    ['http://h/', '/other', 'ws://h/other'],
    ['http://h/', 'wss://elsewhere/ws#x', 'wss://elsewhere/ws'],
    ['http://h/', 'https://elsewhere/ws', 'wss://elsewhere/ws'],
    ['http://h/', 'javascript:alert(1)', 'ws://h/ws/metrics'],
    ['http://h/', 'http://[', 'ws://h/ws/metrics'],
  ];
  for (const [page, override, expected] of cases) {
    test(`resolve the WebSocket URL from ${page} and ${override}`, () => assert.equal(metricsUrl(page, override), expected));
  }

  for (const pasted of [' a.b.c\n', 'Token: a.b.c', 'Bearer a.b.c', 'Authorization: Bearer a.b.c', 'http://h:8000/#token=a.b.c', 'Dashboard: http://h/#ws=/x&token=a.b.c ']) {
    test(`accept a token pasted as ${JSON.stringify(pasted)}`, () => assert.equal(tokenFromPaste(pasted), 'a.b.c'));
  }

  test('tolerate an invalid escape in pasted text', () => assert.ok(tokenFromPaste('http://h/#token=%E0%A4%A')));
});

describe('a time series', () => {
  const newTimeSeries = (...samples) => {
    const series = new TimeSeries(1);
    samples.forEach(([time, value]) => series.set(0, time, value));
    return series;
  };

  test('stores values of one time in one row', () => {
    const series = new TimeSeries(2);
    series.set(0, 10, 1);
    series.set(1, 10, 2);
    series.set(0, 11, 3);
    assert.deepEqual(series.data, [[10, 11], [1, 3], [2, undefined]]);
  });

  test('gives a later series its own column', () => {
    const series = newTimeSeries([10, 1]);
    assert.equal(series.addColumn(), 1);
    series.set(1, 10, 5);
    assert.deepEqual(series.data, [[10], [1], [5]]);
  });

  test('breaks its lines once after a gap and records the range', () => {
    const series = new TimeSeries(1);
    series.breakLine();
    series.set(0, 10, 1);
    series.breakLine();
    series.breakLine();
    series.set(0, 10, 1); // the latest value again, as `latest` delivers it
    series.set(0, 20, 2);
    series.set(0, 21, 3);
    assert.deepEqual(series.data, [[10, 15, 20, 21], [1, null, 2, 3]]);
    assert.deepEqual(series.gaps, [{ from: 10, to: 20 }]);
  });

  test('closes a gap that history fills and keeps the remaining part', () => {
    const series = newTimeSeries([8, 1], [9, 1], [10, 1]);
    series.breakLine();
    series.set(0, 40, 2);
    [30, 31, 32, 33, 34, 35, 36, 37, 38, 39].forEach((time) => series.setFromHistory(0, time, 3));
    series.closeFilledGaps();
    assert.deepEqual(series.gaps, [{ from: 10, to: 30 }]);
    assert.equal(series.data[1][series.data[0].indexOf(20)], null);
    Array.from({ length: 19 }, (_, i) => series.setFromHistory(0, 11 + i, 4));
    series.closeFilledGaps();
    assert.deepEqual([series.gaps, series.data[1].includes(null), series.rows], [[], false, 33]);
  });

  test('reports a gap of a few samples, which is the duration of a restart', () => {
    const series = newTimeSeries([8, 1], [9, 1], [10, 1]);
    series.breakLine();
    series.set(0, 13, 2);
    series.set(0, 14, 2);
    series.closeFilledGaps();
    assert.deepEqual(series.gaps, [{ from: 10, to: 13 }]);
    const fewRows = newTimeSeries([9, 1], [10, 1]);
    fewRows.breakLine();
    fewRows.set(0, 16, 2);
    fewRows.closeFilledGaps();
    assert.deepEqual(fewRows.gaps, [{ from: 10, to: 16 }], 'also just after the page was opened');
    const delayed = newTimeSeries([8, 1], [9, 1], [10, 1]);
    delayed.breakLine();
    delayed.set(0, 11.5, 2);
    delayed.closeFilledGaps();
    assert.deepEqual(delayed.gaps, [], 'a slight delay, but no sample is missing');
  });

  test('does not overwrite live values with history', () => {
    const series = newTimeSeries([10, 1]);
    series.setFromHistory(0, 10, 99);
    series.setFromHistory(0, 5, 7);
    assert.deepEqual(series.data, [[5, 10], [7, 1]]);
  });

  test('sorts jittered values and restarts after the clock was set back', () => {
    const series = newTimeSeries([1000, 1], [1002, 2], [1001, 3]);
    assert.deepEqual(series.data, [[1000, 1001, 1002], [1, 3, 2]]);
    series.set(0, 5, 5);
    assert.deepEqual(series.data, [[5], [5]]);
  });

  test('is bounded in time and rows', () => {
    const series = new TimeSeries(1);
    for (let time = 0; time < 1_000; time++) {
      series.set(0, time, time);
    }
    assert.ok(series.rows >= 300 && series.rows <= 330, `${series.rows} rows in five minutes`);
    for (let i = 0; i < 100_000; i++) {
      series.set(0, 1_000 + i / 1_000, i);
    }
    assert.ok(series.rows <= 6_000, `${series.rows} rows`);
  });

  test('covers the whole window at any density', () => {
    const series = new TimeSeries(1);
    for (let i = 0; i < 20_000; i++) {
      series.set(0, i * 0.0501, i); // slightly too far apart to share a row
      assert.ok(series.oldestTime <= Math.max(0, series.latestTime - 300), `at ${series.latestTime} it starts at ${series.oldestTime}`);
    }
    assert.ok(series.rows <= 6_000, `${series.rows} rows`);
  });

  test('covers a widened window and keeps its history', () => {
    const series = new TimeSeries(1);
    for (let i = 0; i < 3_000; i++) {
      series.set(0, 3_300 + i / 10, i);
    }
    series.setRetention(3_600, null);
    Array.from({ length: 55 }, (_, i) => series.setFromHistory(0, 60 * i, i));
    for (let time = 3_600; time < 9_000; time += 0.6) {
      series.set(0, time, time);
      assert.ok(series.oldestTime <= Math.max(0, series.latestTime - 3_600), `at ${series.latestTime} it starts at ${series.oldestTime}`);
    }
    assert.ok(series.rows <= 6_000, `${series.rows} rows`);
  });

  test('keeps the paused range and the window for any length of pause', () => {
    const series = new TimeSeries(1);
    const fill = (from, to) => {
      for (let time = from; time < to; time += 0.1) {
        series.set(0, time, time);
      }
    };
    const rowsWithin = (from, to) => series.data[0].filter((time) => time >= from && time <= to).length;
    fill(0, 300);
    series.setRetention(300, [0, 300]);
    const pausedRows = rowsWithin(0, 300);
    fill(300, 8_000);
    assert.equal(rowsWithin(0, 300), pausedRows);
    assert.ok(rowsWithin(7_700, 8_000) > 2_900);
    assert.ok(series.rows < 7_000, `${series.rows} rows`);
    series.setRetention(300, null);
    fill(8_000, 8_100);
    assert.ok(series.oldestTime > 7_000 && series.oldestTime <= 7_800);
  });

  test('keeps the values of other series if the clock of one is slow or set back', () => {
    const series = new TimeSeries(2);
    for (let time = 1_000; time < 1_010; time++) {
      series.set(0, time, 1);
      series.set(1, time - 200, 2);
    }
    const values = series.data.slice(1).map((column) => column.filter((cell) => cell !== undefined));
    assert.deepEqual(values, [Array(10).fill(1), Array(10).fill(2)]);
    series.set(1, 500, 3);
    assert.deepEqual(series.data[2].filter((cell) => cell !== undefined), [3], 'its own clock was set back');
    assert.equal(series.data[1].filter((cell) => cell !== undefined).length, 10);
  });
});

describe('the time range', () => {
  const newTimeRange = () => {
    const timeRange = new TimeRange(() => {});
    timeRange.setDataBounds(1_000, 0);
    return timeRange;
  };

  test('is the window up to now and at least half a minute', () => {
    const timeRange = newTimeRange();
    assert.deepEqual(timeRange.range, [700, 1_000]);
    timeRange.setDataBounds(1_000, 995);
    assert.deepEqual(timeRange.range, [970, 1_000]);
  });

  test('ends at the time of the server, for windows at the start of the latest one', () => {
    assert.equal(liveEdge(1_000.4, 'raw', 400), 1_000.4);
    assert.equal(liveEdge(1_000.4, 'raw', 1_001), 1_000.4);
    assert.equal(liveEdge(1_000.4, '1m', 900), 900);
    assert.equal(liveEdge(1_019.9, '1m', 900), 900, 'the next window is not delivered yet');
    assert.equal(liveEdge(1_300, '1m', 900), 1_140, 'windows are missing');
    assert.equal(liveEdge(1_000, '5s', undefined), 990);
    assert.equal(liveEdge(1_000, '5s', 5_000), 1_000, 'never ahead of the server');
  });

  test('keeps a zoom and returns to live', () => {
    const timeRange = newTimeRange();
    timeRange.zoomTo([800, 900]);
    timeRange.setDataBounds(2_000, 0);
    assert.deepEqual([timeRange.range, timeRange.pinned, timeRange.isLive], [[800, 900], [800, 900], false]);
    timeRange.goLive();
    assert.deepEqual([timeRange.range, timeRange.pinned], [[1_700, 2_000], null]);
  });

  test('zooms around a time, to two seconds at most, and out to the window again', () => {
    const timeRange = newTimeRange();
    timeRange.zoomBy(0.5, 1_000);
    assert.deepEqual(timeRange.range, [850, 1_000]);
    timeRange.zoomTo([900, 900.1]);
    assert.ok(Math.abs(timeRange.range[1] - timeRange.range[0] - 2) < 1e-6);
    timeRange.zoomBy(1_000);
    assert.equal(timeRange.isLive, true);
  });

  test('does not move while paused', () => {
    const timeRange = newTimeRange();
    timeRange.togglePause();
    timeRange.setDataBounds(1_100, 0);
    assert.deepEqual([timeRange.range, timeRange.pinned], [[700, 1_000], [700, 1_000]]);
    timeRange.togglePause();
    assert.deepEqual(timeRange.range, [800, 1_100]);
  });
});

describe('the store', () => {
  test('computes rates from totals, uses the rates of windows, and keeps the band', () => {
    const store = newStore();
    store.add(metric('network.bytes_recv', 100, 0), 0);
    store.add(metric('network.bytes_recv', 300, 2), 0);
    store.add(metric('network.bytes_sent', 5, 2, { host: 'h' }, { interval: '1s', rate: 42 }), 0);
    store.add(metric('cpu.percent', 50, 2, { host: 'h' }, { interval: '1s', min: 40, max: 60 }), 0);
    const host = store.host('h');
    assert.deepEqual(host.seriesByPanel.get('network').data, [[NOON + 2], [100], [42]]);
    assert.deepEqual(host.seriesByPanel.get('cpu').data, [[NOON + 2], [50], [40], [60]]);
  });

  test('shows the container in place of the host while it has a limit', () => {
    const clock = { second: 0 };
    const store = newStore(clock);
    const add = (/** @type {number} */ time, /** @type {number} */ host, /** @type {number | undefined} */ container) => {
      clock.second = time;
      store.add(metric('memory.percent', host, time), 0);
      if (container !== undefined) {
        store.add(metric('container.memory.percent', container, time), 0);
      }
    };
    add(0, 3, undefined);
    add(1, 4, 80);
    add(2, 5, 81);
    add(60, 6, undefined);
    const host = store.host('h');
    assert.deepEqual(host.seriesByPanel.get('memory').data.slice(0, 2), [[NOON, NOON + 1, NOON + 2, NOON + 60], [3, 80, 81, 6]]);
    host.addHistory([metric('container.memory.percent', 70, -2), metric('memory.percent', 1, -2), metric('memory.percent', 2, -3)]);
    assert.deepEqual(host.seriesByPanel.get('memory').data[1].slice(0, 3), [2, 70, 3]);
  });

  test('creates a group per metric name and bounds groups, lines and hosts', () => {
    const store = newStore();
    for (let i = 0; i < 200; i++) {
      store.add(metric(`m${i % 100}`, i, 0, { n: String(i) }, { channel: 'orders.metrics' }), 0);
      store.add(metric('single', i, 0, { n: String(i) }, { channel: 'lines.metrics' }), 0);
      store.add(metric('cpu.percent', i, 0, { host: `h${i}` }), 0);
    }
    assert.equal(store.groups('orders.metrics').length, MAX_GROUPS);
    assert.equal(store.groups('lines.metrics')[0].size, 50);
    assert.deepEqual([...store.overflowing].sort(), ['lines.metrics', 'orders.metrics']);
    assert.deepEqual([store.hostNames.length, store.ignored], [64, 136]);
  });

  test('bounds the series of a channel across metric names', () => {
    const store = newStore();
    for (let i = 0; i < 2_000; i++) {
      store.add(metric(`m${i % 40}`, i, 0, { n: String(i) }, { channel: 'orders.metrics' }), 0);
    }
    const sizes = store.groups('orders.metrics').map(({ size }) => size);
    assert.deepEqual([sizes.length, sizes.reduce((sum, size) => sum + size), store.overflowing.has('orders.metrics')], [40, 200, true]);
  });

  test('evicts inactive series for new ones', () => {
    const clock = { second: 0 };
    const store = newStore(clock);
    const pods = (from, second) => {
      clock.second = second;
      for (let i = from; i < from + 50; i++) {
        store.add(metric('pod.load', i, second, { pod: String(i) }, { channel: 'pods.metrics' }), 0);
      }
    };
    const labels = () => store.groups('pods.metrics').map(({ panel }) => panel.series.map(({ label }) => label));
    pods(0, 0);
    pods(25, 290);
    pods(50, 300);
    assert.equal(store.overflowing.has('pods.metrics'), true, 'the previous series are still in the window');
    pods(25, 400);
    pods(50, 400);
    assert.deepEqual(labels(), [Array.from({ length: 50 }, (_, i) => String(25 + i))]);
    assert.equal(store.groups('pods.metrics')[0].timeSeries.data.length, 51);
    pods(100, 800);
    assert.deepEqual(labels()[0].at(-1), '149');
    store.add(metric('pod.load', 1, 801, { pod: '149' }, { channel: 'pods.metrics' }), 0);
    assert.equal(store.groups('pods.metrics')[0].timeSeries.data.at(-1).at(-1), 1, 'the value is in its own column');
  });

  test('shows metrics of the future at their arrival, without a history of them', () => {
    const clock = { second: 100 };
    const store = newStore(clock);
    const ahead = { host: 'ahead' };
    for (; clock.second < 105; clock.second++) {
      store.add(metric('cpu.percent', clock.second, 3_600 + clock.second, ahead), 0);
      store.add(metric('network.bytes_recv', 50 * clock.second, 3_600 + clock.second, ahead), 0);
      store.add(metric('queue.depth', 1, 3_600 + clock.second, ahead, { channel: 'c' }), 0);
      store.add(metric('queue.depth', 2, clock.second - 1, { host: 'h' }, { channel: 'c' }), 0);
    }
    const seconds = ([times]) => times.map((time) => time - NOON);
    assert.deepEqual(seconds(store.host('ahead').seriesByPanel.get('cpu').data), [100, 101, 102, 103, 104]);
    assert.deepEqual(store.host('ahead').seriesByPanel.get('network').data[1], [50, 50, 50, 50], 'the rate is that of the host');
    assert.deepEqual(seconds(store.groups('c')[0].timeSeries.data), [99, 100, 101, 102, 103, 104]);
    store.addHistory([metric('cpu.percent', 1, 99, ahead), metric('cpu.percent', 1, 3_700, ahead)]);
    assert.equal(store.latestTime, NOON + 104);
    store.add(metric('cpu.percent', 7, 105, ahead), 0);
    assert.equal(store.latestTime, NOON + 105, 'the clock of the host was corrected');
  });

  test('keeps a slight advance, because the estimate of the server time is late', () => {
    const store = newStore({ second: 100 });
    store.add(metric('cpu.percent', 1, 101.5), 0);
    assert.equal(store.latestTime, NOON + 101.5);
  });

  test('a metric of the future evicts no series and does not stay primary', () => {
    const clock = { second: 0 };
    const store = newStore(clock);
    for (let i = 0; i < 50; i++) {
      store.add(metric('pod.load', i, 0, { pod: String(i) }, { channel: 'pods.metrics' }), 0);
    }
    store.add(metric('pod.load', 1, 86_400, { pod: 'ahead' }, { channel: 'pods.metrics' }), 0);
    assert.equal(store.groups('pods.metrics')[0].size, 50);
    store.add(metric('disk.percent', 1, 86_400, { host: 'h', mount: '/' }), 0);
    clock.second = 40;
    store.add(metric('disk.percent', 2, 40, { host: 'h', mount: '/data' }), 0);
    assert.deepEqual(store.host('h').seriesByPanel.get('disk').data[1], [1, 2]);
  });

  test('has no chart of a histogram whose statistics have charts', () => {
    const store = newStore();
    const add = (name, type, channel) => store.add(metric(name, 1, 0, {}, { channel, type }), 0);
    ['duration', 'size', 'duration.avg'].forEach((name) => add(name, name.includes('.') ? 'gauge' : 'histogram', 'c'));
    const titles = () => store.groups('c').map(({ panel }) => panel.title);
    assert.deepEqual(titles(), ['duration', 'duration.avg', 'size']);
    ['min', 'max', 'p50', 'p95', 'p99'].forEach((statistic) => add(`duration.${statistic}`, 'gauge', 'c'));
    assert.deepEqual(titles(), ['duration.avg', 'duration.max', 'duration.min', 'duration.p50', 'duration.p95', 'duration.p99', 'size']);
  });

  test('sorts hosts and names in natural order', () => {
    const store = newStore();
    for (const n of [10, 2, 1]) {
      store.add(metric('cpu.percent', 1, 0, { host: `web-${n}` }), 0);
      store.add(metric(`shard.${n}`, 1, 0, {}, { channel: 'c' }), 0);
    }
    assert.deepEqual(store.hostNames, ['web-1', 'web-2', 'web-10']);
    assert.deepEqual(store.groups('c').map(({ panel }) => panel.title), ['shard.1', 'shard.2', 'shard.10']);
  });

  test('evicts an inactive host for a new one', () => {
    const store = newStore();
    for (let i = 0; i < 64; i++) {
      store.add(metric('cpu.percent', i, 0, { host: `h${i}` }), 0);
    }
    store.add(metric('cpu.percent', 1, 0, { host: 'late' }), 301_000);
    assert.ok(store.hostNames.includes('late'));
  });

  test('merges history with live values without duplicates', () => {
    const store = newStore();
    const history = Array.from({ length: 10 }, (_, i) => metric('cpu.percent', i, i));
    store.add(metric('cpu.percent', 9, 9), 0);
    store.addHistory(history);
    store.addHistory(history);
    assert.deepEqual(store.host('h').seriesByPanel.get('cpu').data[1], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  for (const name of ['constructor', '__proto__', 'toString']) {
    test(`accepts a metric named ${name}`, () => {
      const store = newStore();
      store.add(metric(name, 1, 0, { [name]: 'x' }, { channel: name }), 0);
      assert.deepEqual(store.groups(name).map(({ panel }) => panel.title), [name]);
    });
  }

  test('labels lines by their distinctive tags', () => {
    const store = newStore();
    ['eu', 'us'].forEach((region) => store.add(metric('depth', 1, 0, { env: 'prod', region }, { channel: 'c' }), 0));
    assert.deepEqual(store.groups('c')[0].panel.series.map(({ label }) => label), ['eu', 'us']);
    store.add(metric('alone', 1, 0, { host: 'h', simulated: 'true', queue: 'jobs' }, { channel: 'd' }), 0);
    store.add(metric('whole', 1, 0, { host: 'h', simulated: 'true' }, { channel: 'd' }), 0);
    assert.deepEqual(store.groups('d').map(({ panel }) => panel.series[0].label), ['jobs', 'all']);
  });
});

test('the broadest series is primary for its host, and another only after its timeout', () => {
  const primarySeries = new PrimarySeries();
  const select = (second, tags) => primarySeries.select(metric('disk.percent', 1, second, tags), second);
  const total = { host: 'h' };
  const root = { host: 'h', mount: '/' };
  assert.deepEqual(
    [select(0, root), select(0, { mount: '/data', host: 'h' }), select(1, { mount: '/', host: 'h' }), select(1, total), select(2, root), select(40, root)],
    ['changed', 'rejected', 'current', 'changed', 'rejected', 'changed'],
  );
});

test('preferences convert to a subscription of the protocol', () => {
  const preferences = { hiddenChannels: [], tags: { env: ['production'], region: ['eu', 'us'] }, interval: '5s', windowSeconds: 300, compression: true };
  assert.deepEqual(toSubscription(preferences, ['c']), {
    channels: ['c'],
    tags: { env: 'production', region: ['eu', 'us'] },
    aggregation_interval: '5s',
    compression: true,
  });
  assert.deepEqual(toSubscription({ ...preferences, tags: {}, interval: 'raw', compression: false }, ['c']), { channels: ['c'] });
});

test('the meter counts full seconds and evicts old ones', () => {
  const meter = new Meter();
  for (let now = 0; now < 3_000; now += 100) {
    meter.mark(now);
  }
  assert.equal(meter.perSecond(3_050), 10);
  assert.equal(meter.perSecond(60_000), 0);
});

test('numbers change their unit before a fifth digit', () => {
  assert.deepEqual(percent(7), { number: '7.0', unit: '%' });
  assert.deepEqual(bytesPerSecond(999), { number: '999', unit: 'B/s' });
  assert.deepEqual(bytesPerSecond(999_960), { number: '1.0', unit: 'MB/s' });
  assert.deepEqual(bytes(16_777_216_000), { number: '15.6', unit: 'GiB' });
  assert.deepEqual([plain(0.0123), plain(17), plain(1.25), plain(1_250)].map(({ number, unit }) => number + unit), ['0.012', '17', '1.3', '1.3k']);
});

test('numbers beyond the largest unit stay short', () => {
  for (const format of [plain, bytes, bytesPerSecond]) {
    assert.ok(Object.values(format(Number.MAX_VALUE)).join(' ').length <= 14, JSON.stringify(format(Number.MAX_VALUE)));
  }
  assert.deepEqual(plain(-2e300), { number: '-2.0e+282', unit: 'E' });
});

describe('a quantity', () => {
  const cases = [
    ['By', 16_777_216_000, '15.6 GiB', '16.8 GB/s'],
    ['MiBy', 2048, '2.0 GiB', '2.0 GiB/s'],
    ['By/s', 1_500, '1.5 kB/s', '1.5 kB/s/s'],
    ['%', 7, '7.0 %', '7.0 %/s'],
    ['ms', 250, '250 ms', '250 ms/s'],
    ['ms', 1_250, '1.3 s', '1.3 s/s'],
    ['s', 5_400, '90 min', '90 min/s'],
    ['s', 90_000, '25 h', '25 h/s'],
    ['us', 12, '12 µs', '12 µs/s'],
    ['MHz', 2_400, '2.4 GHz', '2.4 GHz/s'],
    ['1', 0.25, '0.3', '0.3 /s'],
    ['{thread}', 1_200, '1.2 k', '1.2 k/s'],
    ['{task}/s', 12, '12 /s', '12 /s/s'],
    ['Cel', 21.5, '21.5 Cel', '21.5 Cel/s'],
    ['Cel', 2_150, '2.2 k Cel', '2.2 k Cel/s'],
    ['', 17, '17', '17 /s'],
    ['constructor', 17, '17 constructor', '17 constructor/s'],
  ];
  for (const [ucum, value, gauge, rate] of cases) {
    test(`${value} of ${ucum || 'no unit'} is ${gauge}, and as a rate ${rate}`, () => {
      assert.equal(formatQuantity(quantityOf(value, { ucum, isRate: false })), gauge);
      assert.equal(formatQuantity(quantityOf(value, { ucum, isRate: true })), rate);
    });
  }

  test('durations keep a readable size', () => {
    const texts = [0, 3e-9, 0.0004, 0.0123, 0.9999, 59, 119, 120, 86_400, 200_000, -0.5, 1e300].map((each) => formatQuantity(duration(each)));
    assert.deepEqual(texts.slice(0, -1), ['0 s', '3 ns', '400 µs', '12.3 ms', '1.0 s', '59 s', '119 s', '2 min', '24 h', '2.3 d', '-500 ms']);
    assert.ok(texts.at(-1).length < 16, texts.at(-1));
  });
});

describe('metadata', () => {
  const orders = (name, value, type = 'gauge') => metric(name, value, 1, {}, { channel: 'orders.metrics', type });
  const panelOf = (store) => store.groups('orders.metrics')[0].panel;

  test('sets the unit and the description of a chart, whose name says nothing', () => {
    const store = newStore();
    store.describe({ channel: 'orders.metrics', name: 'bytes.percent', unit: 'ms', description: 'A text' });
    store.add(orders('bytes.percent', 1), 0);
    assert.deepEqual([panelOf(store).unit, panelOf(store).description], [{ ucum: 'ms', isRate: false }, 'A text']);
    const other = newStore();
    other.add(orders('bytes.percent', 1, 'counter'), 0);
    assert.deepEqual([panelOf(other).unit, panelOf(other).description], [{ ucum: '', isRate: true }, undefined]);
  });

  test('replaces the panel of an existing chart, only if it changes', () => {
    const store = newStore();
    store.add(orders('x', 1), 0);
    const before = panelOf(store);
    store.describe({ channel: 'orders.metrics', name: 'x', unit: 'By' });
    const after = panelOf(store);
    assert.notEqual(after, before);
    assert.deepEqual([after.unit.ucum, after.series], ['By', before.series]);
    store.describe({ channel: 'orders.metrics', name: 'x', unit: 'By' });
    assert.equal(panelOf(store), after);
    store.describe({ channel: 'other.metrics', name: 'x', unit: 's' });
    assert.equal(panelOf(store), after);
  });

  test('survives a new query, and is bounded', () => {
    const store = newStore();
    store.describe({ channel: 'orders.metrics', name: 'x', unit: 'By' });
    store.clear();
    for (let i = 0; i < MAX_DESCRIBED_NAMES; i++) {
      store.describe({ channel: 'c', name: `n${i}`, unit: 's' });
    }
    store.add(orders('x', 1), 0);
    store.add(metric(`n${MAX_DESCRIBED_NAMES - 1}`, 1, 1, {}, { channel: 'c' }), 0);
    assert.deepEqual([panelOf(store).unit.ucum, store.groups('c')[0].panel.unit.ucum], ['By', '']);
  });
});

describe('the files', () => {
  test('refer only to existing files and write no markup', async () => {
    const files = await readdir(BUILT);
    const page = await readFile(`${BUILT}index.html`, 'utf8');
    for (const [, reference] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      assert.ok(files.includes(reference), `index.html refers to ${reference}`);
    }
    assert.doesNotMatch(page, /\sstyle="|\son\w+="|<script>|<style>/, 'no inline script or style');
    for (const file of (await readdir(WEB)).filter((name) => name.endsWith('.js'))) {
      const source = await readFile(WEB + file, 'utf8');
      assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, file);
    }
  });

  test('contain the licences of bundled packages', async () => {
    const text = await readFile(`${BUILT}licenses.txt`, 'utf8');
    assert.match(text, /uplot 1\.6\.32 \(MIT\)[\s\S]*Leon Sorokin/);
    assert.match(text, /@msgpack\/msgpack 3\.1\.3 \(ISC\)/);
  });

  test('define a contrast of 4.5 : 1 for text and 3 : 1 for lines in both themes', async () => {
    const css = await readFile(`${WEB}theme.css`, 'utf8');
    const readColors = (text) => Object.fromEntries([...text.matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
    const [light, dark] = css.split(":root[data-theme='dark']").map(readColors);
    assert.deepEqual(Object.keys(dark), Object.keys(light), 'both themes define the same colours');
    for (const [theme, colors] of Object.entries({ light, dark })) {
      const check = (foreground, background, minimum) => {
        const ratio = contrast(colors[foreground], colors[background]);
        assert.ok(ratio >= minimum, `${theme}: ${foreground} on ${background} has ${ratio.toFixed(2)}`);
      };
      for (const background of ['--background', '--card']) {
        check('--text', background, 4.5);
        check('--muted', background, 4.5);
      }
      check('--on-accent', '--accent', 4.5);
      check('--muted', '--grid', 4.5); // the state label while disconnected
      ['success', 'warning', 'error'].forEach((status) => check(`--${status}`, `--${status}-background`, 4.5));
      check('--success', '--background', 4.5);
      check('--warning', '--background', 4.5);
      check('--warning', '--card', 4.5);
      check('--error', '--card', 4.5);
      ['cpu', 'memory', 'disk', 'received', 'sent', 'written', 'accent', ...[...Array(8).keys()].map((i) => `line-${i}`)].map((name) => `--${name}`).forEach((line) => check(line, '--card', 3));
    }
  });
});

/** Returns the contrast ratio as defined by WCAG 2. */
function contrast(a, b) {
  const luminance = (color) => {
    const [red, green, blue] = [1, 3, 5].map((start) => {
      const component = parseInt(color.slice(start, start + 2), 16) / 255;
      return component <= 0.04045 ? component / 12.92 : ((component + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
