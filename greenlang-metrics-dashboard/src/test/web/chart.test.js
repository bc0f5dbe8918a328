/** Unit tests of the parts of a chart that need no document: the choice of lines, the figures and the export. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { csvOf } from '../../main/web/chart-export.js';
import { chosenStatistics, selectableLines } from '../../main/web/chart-lines.js';
import { ChartOptionStore, readChartOptions } from '../../main/web/chart-options.js';
import { figuresOf, rowsIn } from '../../main/web/figures.js';
import { isShown, isolate, toggle } from '../../main/web/line-selection.js';
import { MetricGroup } from '../../main/web/metric-group.js';
import { bandColumn } from '../../main/web/plot-data.js';

const ALL = ['a', 'b', 'c'];

/** Returns a distribution. */
function distribution(value, time, tags = {}) {
  return { channel: 'c', name: 'latency', type: 'histogram', value, timestamp: new Date(time * 1000).toISOString(), tags, count: 4, min: 1, max: 40, p50: 10, p95: 20, p99: 30 };
}

describe('the choice of lines', () => {
  const shown = (choice) => ALL.filter((id) => isShown(choice, id));

  test('isolates a line, and shows all lines again', () => {
    assert.deepEqual(shown({}), ALL);
    const only = isolate({}, 'b', ALL);
    assert.deepEqual(shown(only), ['b']);
    assert.equal(isShown(only, 'new'), false, 'a new line does not join an isolated one');
    assert.deepEqual(shown(isolate(only, 'c', ALL)), ['c']);
    assert.deepEqual(isolate(only, 'b', ALL), {});
  });

  test('hides and shows lines, and never hides the last one', () => {
    const one = toggle({}, 'a', ALL);
    assert.deepEqual(shown(one), ['b', 'c']);
    assert.equal(isShown(one, 'new'), true);
    const two = toggle(one, 'b', ALL);
    assert.deepEqual(shown(two), ['c']);
    assert.deepEqual(shown(toggle(two, 'c', ALL)), ALL);
    assert.deepEqual(shown(toggle(two, 'a', ALL)), ['a', 'c']);
    assert.deepEqual(shown(toggle({ only: ['a'] }, 'c', ALL)), ['a', 'c']);
  });
});

describe('the choices for a chart', () => {
  test('keep what differs from the defaults, for a bounded number of charts', () => {
    const kept = {};
    const store = new ChartOptionStore(kept, () => {});
    store.change('a', { axis: 'snug', table: true });
    store.change('a', { axis: undefined });
    assert.deepEqual(kept, { a: { table: true } });
    store.change('a', { table: undefined });
    assert.deepEqual(kept, {});
    assert.equal(store.get('a'), store.get('b'), 'charts without choices share one object');
    Array.from({ length: 120 }, (_, i) => store.change(`chart-${i}`, { axis: 'snug' }));
    assert.equal(Object.keys(kept).length, 100);
    assert.deepEqual([store.get('chart-19'), store.get('chart-20')], [{}, { axis: 'snug' }]);
    assert.deepEqual(store.get('toString'), {});
  });

  test('are read without what is not a choice', () => {
    assert.deepEqual(readChartOptions({ a: { axis: 'snug', table: 1, statistics: ['p95', 'x'], lines: { only: [1] } }, b: null }), { a: { axis: 'snug', statistics: ['p95'] }, b: {} });
    assert.deepEqual(readChartOptions({ a: { lines: { hidden: ['x'] }, axis: 'other' } }), { a: { lines: { hidden: ['x'] } } });
    for (const value of [null, 'text', 7, []]) {
      assert.deepEqual(readChartOptions(value), {});
    }
  });
});

describe('the lines of a distribution', () => {
  test('are its statistics, three percentiles by default', () => {
    const group = new MetricGroup(distribution(12, 0));
    group.add(distribution(12, 0), 0, () => true, true);
    assert.deepEqual(group.panel.series.map(({ statistic }) => statistic), ['mean', 'p50', 'p95', 'p99', 'max']);
    assert.deepEqual(group.timeSeries.data, [[0], [12], [10], [20], [30], [40]]);
    assert.deepEqual(selectableLines(group.panel, {}).map(({ label }) => label), ['p50', 'p95', 'p99']);
    assert.deepEqual(selectableLines(group.panel, { statistics: ['max'] }).map(({ label, column }) => [label, column]), [['max', 4]]);
    assert.deepEqual(chosenStatistics(group.panel, { statistics: ['p90'] }), ['mean'], 'a statistic that no line has is not a choice');
  });

  test('of several series are one percentile of each, and leave together', () => {
    const group = new MetricGroup(distribution(1, 0));
    group.add(distribution(1, 0, { region: 'eu' }), 0, () => true, true);
    group.addHistory([distribution(2, 1, { region: 'us' })], () => true);
    assert.deepEqual(selectableLines(group.panel, {}).map(({ label, series }) => [label, series.id]), [['eu · p95', 'region=eu p95'], ['us · p95', 'region=us p95']]);
    assert.deepEqual(selectableLines(group.panel, { statistics: ['p50', 'max'] }).map(({ label }) => label), ['eu · p50', 'eu · max', 'us · p50', 'us · max']);
    group.removeLast();
    assert.equal(group.timeSeries.data.length, 6);
    assert.deepEqual([group.size, group.hiddenCount], [1, 1]);
  });

  test('appear when a single observation is followed by a distribution', () => {
    const single = { ...distribution(5, 0), p50: undefined, p95: undefined, p99: undefined };
    const group = new MetricGroup(single);
    group.add(single, 0, () => true, true);
    assert.deepEqual(group.panel.series.map(({ statistic }) => statistic), [undefined]);
    group.add(distribution(7, 1), 1, () => true, true);
    assert.deepEqual(selectableLines(group.panel, {}).map(({ label }) => label), ['all', 'p50', 'p95', 'p99']);
  });
});

describe('the windows of a series', () => {
  const window = (value, time, fields) => ({ channel: 'c', name: 'depth', type: 'gauge', value, timestamp: new Date(time * 1000).toISOString(), tags: {}, interval: '1m', ...fields });
  /** Returns Min and Max of the first column. */
  const peaks = ({ timeSeries }) => {
    const { min, max } = figuresOf(timeSeries.data[1], [0, timeSeries.rows], timeSeries.bandOf(0));
    return [min, max];
  };

  test('of a gauge keep their extremes, live and from history', () => {
    const group = new MetricGroup(window(90, 60));
    group.add(window(90, 60, { min: 10, max: 1000 }), 60, () => true, true);
    group.addHistory([window(80, 0, { min: 2, max: 95 })], () => true);
    assert.deepEqual([group.timeSeries.data, peaks(group)], [[[0, 60], [80, 90]], [2, 1000]]);
  });

  test('of a counter have the extremes of their rates, and of a distribution those of its observations at the mean', () => {
    const counter = { ...window(500, 0, { rate: 5, min: 1, max: 900 }), type: 'counter' };
    const rates = new MetricGroup(counter);
    rates.addHistory([counter], () => true);
    assert.deepEqual(peaks(rates), [5, 5]);
    const latencies = new MetricGroup(distribution(12, 0));
    latencies.addHistory([distribution(12, 0)], () => true);
    assert.deepEqual([peaks(latencies), [1, 2, 3, 4].map((column) => latencies.timeSeries.bandOf(column))], [[1, 40], Array(4).fill(undefined)]);
  });

  test('draw a band if the chart has a single line', () => {
    const band = [[1], [9]];
    const data = { bandOf: (column) => (column < 2 ? band : undefined) };
    const line = (column, isShown = true) => ({ column, isShown });
    assert.equal(bandColumn([line(1)], data, {}), 1);
    assert.equal(bandColumn([line(0, false), line(1)], data, {}), 1, 'the only visible one');
    assert.equal(bandColumn([line(0), line(1)], data, {}), -1);
    assert.equal(bandColumn([line(2)], data, {}), -1, 'without extremes');
    assert.equal(bandColumn([line(0)], data, { form: 'heatmap' }), -1);
    assert.equal(bandColumn([], undefined, {}), -1);
  });
});

describe('the figures of a range', () => {
  test('are those of its rows', () => {
    const times = [10, 20, 30, 40];
    assert.deepEqual(rowsIn(times, [15, 35]), [1, 3]);
    assert.deepEqual(rowsIn(times, [20, 40]), [1, 4]);
    assert.deepEqual(figuresOf([1, 2, 6, 100], [1, 3]), { last: 6, min: 2, mean: 4, max: 6 });
    assert.deepEqual(figuresOf([1, null, 4, undefined], [0, 4]), { last: 4, min: 1, mean: 2.5, max: 4 });
    assert.deepEqual(figuresOf([5, 5], [0, 2], [[1, undefined], [9, undefined]]), { last: 5, min: 1, mean: 5, max: 9 });
    assert.equal(figuresOf([1, undefined], [1, 2]), null);
    assert.deepEqual(rowsIn(times, [50, 60]), [0, 0]);
    assert.equal(figuresOf([1, 2, 3, 4], rowsIn(times, [21, 29])), null);
  });
});

describe('the export of values', () => {
  test('has the visible lines and range, and quotes names', () => {
    const line = (label, column) => ({ label, column, isShown: true, series: {} });
    const data = [[0, 1, 2, 3], [1, undefined, 3, 4], [5, undefined, undefined, 8]];
    assert.equal(
      csvOf('depth', [line('a "b", c', 0), line('all', 1)], data, [0, 2]),
      'time,"depth a ""b"", c",depth\r\n1970-01-01T00:00:00.000Z,1,5\r\n1970-01-01T00:00:02.000Z,3,\r\n',
    );
    assert.match(csvOf('=cmd()', [line('', 0)], data, [0, 0]), /^time,'=cmd\(\)\r\n/);
  });
});
