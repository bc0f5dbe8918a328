/** Unit tests of the groups, lines, bounds and metadata of the metrics that the page receives. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PrimarySeries } from '../../main/web/primary-series.js';
import { MAX_DESCRIBED_NAMES, MAX_GROUPS, Store } from '../../main/web/store.js';
import { NOON, metric, newStore } from './fixtures.js';

describe('the store', () => {
  test('computes rates from totals, uses the rates of windows, and keeps the band', () => {
    const store = newStore();
    store.add(metric('network.bytes_recv', 100, 0), 0);
    store.add(metric('network.bytes_recv', 300, 2), 0);
    store.add(metric('network.bytes_sent', 5, 2, { host: 'h' }, { interval: '1s', rate: 42 }), 0);
    store.add(metric('cpu.percent', 50, 2, { host: 'h' }, { interval: '1s', min: 40, max: 60 }), 0);
    const host = store.host('h');
    assert.deepEqual(host.seriesByPanel.get('network').data, [[NOON + 2], [100], [42]]);
    assert.deepEqual([host.seriesByPanel.get('cpu').data, host.seriesByPanel.get('cpu').bandOf(0)], [[[NOON + 2], [50]], [[40], [60]]]);
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
    for (let i = 0; i < 300; i++) {
      store.add(metric(`m${i}`, i, 0, { n: String(i) }, { channel: 'orders.metrics' }), 0);
      store.add(metric('single', i, 0, { n: String(i) }, { channel: 'lines.metrics' }), 0);
      store.add(metric('cpu.percent', i, 0, { host: `h${i}` }), 0);
    }
    assert.equal(store.groups('orders.metrics').length, MAX_GROUPS);
    assert.equal(store.groups('lines.metrics')[0].size, 50);
    assert.deepEqual([...store.overflowing].sort(), ['lines.metrics', 'orders.metrics']);
    assert.deepEqual([store.hostNames.length, store.ignored], [64, 236]);
  });

  test('gives the names that the user looks for the places of others, and remembers those', () => {
    let wanted = 'none';
    const channel = 'orders.metrics';
    const store = new Store(() => NOON, ({ title, series }) => title === wanted || series.some(({ tags }) => tags?.n === wanted));
    const names = () => store.groups(channel).map(({ panel }) => panel.title);
    for (let i = 0; i < MAX_GROUPS + 20; i++) {
      store.add(metric(`m${i}`, i, 0, { n: String(i) }, { channel }), 0);
    }
    assert.deepEqual([names().includes('m110'), store.unshownCount(channel)], [false, 20]);
    wanted = 'm110';
    store.showWanted();
    assert.deepEqual([names().includes('m110'), names().length, store.unshownCount(channel)], [true, MAX_GROUPS, 20]);
    assert.equal(store.groups(channel).find(({ panel }) => panel.title === 'm110').timeSeries.rows, 0, 'history has its values');
    wanted = '115';
    store.add(metric('m115', 7, 0, { n: '115' }, { channel }), 0);
    assert.equal(store.groups(channel).find(({ panel }) => panel.title === 'm115').timeSeries.rows, 1);
    store.clear(channel);
    assert.equal(store.unshownCount(channel), 0);
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

  test('keeps series whose values are from history, until those are old', () => {
    const clock = { second: 400 };
    const store = newStore(clock);
    const load = (pod, second) => metric('pod.load', 1, second, { pod }, { channel: 'pods.metrics' });
    const lines = () => store.groups('pods.metrics')[0].panel.series.map(({ label }) => label);
    store.addHistory(Array.from({ length: 50 }, (_, i) => load(String(i), 390)));
    store.add(load('hidden', 400), 0);
    assert.equal(lines().length, 50);
    assert.ok(!lines().includes('hidden'));
    clock.second = 800;
    store.add(load('hidden', 800), 0);
    assert.equal(store.groups('pods.metrics')[0].size, 1);
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

  test('leaves the value none out of labels that have other values', () => {
    const store = newStore();
    [['none', '/orders'], ['TimeoutException', '/orders'], ['none', '/users']].forEach(([exception, uri]) => store.add(metric('requests', 1, 0, { exception, uri }, { channel: 'c' }), 0));
    assert.deepEqual(store.groups('c')[0].panel.series.map(({ label }) => label), ['/orders', 'TimeoutException · /orders', '/users']);
    ['none', 'eu'].forEach((region) => store.add(metric('depth', 1, 0, { region }, { channel: 'd' }), 0));
    assert.deepEqual(store.groups('d')[0].panel.series.map(({ label }) => label), ['none', 'eu']);
  });

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
