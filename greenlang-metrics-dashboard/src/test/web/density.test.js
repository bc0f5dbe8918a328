/** Unit tests of the heat map's data. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Density, LOWEST, edgeOf, rowRange } from '../../main/web/density.js';
import { mergeHistory } from '../../main/web/merge-history.js';
import { MetricGroup } from '../../main/web/metric-group.js';
import { queryOf } from '../../main/web/dashboard-queries.js';
import { defaultPreferences, toSubscription } from '../../main/web/preferences.js';

const counts = (density, range = [0, 100]) => density.columnsIn(range, 100).map(({ from, counts: rows }) => [from, Object.fromEntries(rows)]);

describe('the density of observations', () => {
  test('adds the buckets of a row and the series of a time, with zeros and negatives in the lowest row', () => {
    const density = new Density();
    density.set(10, 'a', { zero: 2, negative: [[5, 1, 1]], positive: [[6, 1, 2, 3]] }, false);
    density.set(10, 'b', { positive: [[0, 5]] }, false);
    assert.deepEqual(counts(density), [[10, { [LOWEST]: 4, 0: 8, 1: 3 }]]);
    assert.deepEqual(rowRange(density.columnsIn([0, 100], 100)), [0, 1]);
    assert.ok(edgeOf(0) === 1 && Math.abs(edgeOf(1) / (1.01 / 0.99) ** 8 - 1) < 1e-9);
    assert.equal(rowRange([]), null);
  });

  test('keeps a live value when the history has the same one', () => {
    const density = new Density();
    density.set(10, 'a', { positive: [[0, 1]] }, false);
    density.set(10, 'a', { positive: [[0, 9]] }, true);
    density.set(11, 'a', { positive: [[0, 7]] }, true);
    assert.deepEqual(counts(density), [[10, { 0: 1 }], [11, { 0: 7 }]]);
  });

  test('merges the times that are closer than a column, and is bounded', () => {
    const density = new Density();
    for (let time = 0; time < 10_000; time++) {
      density.set(time, 'a', { positive: [[0, 1]] }, false);
    }
    const columns = density.columnsIn([9_000, 9_999], 100);
    assert.ok(columns.length <= 101 && columns.length > 90, `${columns.length} columns`);
    assert.equal(columns.reduce((sum, column) => sum + column.counts.get(0), 0), 1_000);
    assert.equal(density.columnsIn([0, 6_000], 100).length, 0, 'the oldest are evicted');
    density.evictBefore(9_990);
    assert.equal(density.columnsIn([9_980, 10_000], 100).length, 10);
    density.clear();
    assert.ok(density.isEmpty);
  });

  test('comes from the live values and the history of a metric', () => {
    const metric = (second, buckets) => ({ channel: 'c', name: 'm', type: 'histogram', value: 1, count: 1, min: 1, max: 1, p50: 1, p95: 1, p99: 1, timestamp: new Date(second * 1000).toISOString(), tags: {}, ...(buckets && { buckets }) });
    const group = new MetricGroup(metric(10));
    group.add(metric(10), 10, () => true, true);
    assert.equal(group.density, null, 'without buckets');
    group.add(metric(11, { positive: [[0, 3]] }), 11, () => true, true);
    group.addHistory([metric(9, { positive: [[8, 2]] })], () => true);
    assert.deepEqual(counts(group.density), [[9, { 1: 2 }], [11, { 0: 3 }]]);
    group.clearValues();
    assert.ok(group.density.isEmpty);
  });

  test('of groups has the observations of all their series', () => {
    const window = (host, buckets) => ({ channel: 'c', name: 'm', type: 'histogram', value: 1, count: 1, min: 1, max: 1, timestamp: '2026-01-01T12:00:00Z', interval: '1m', tags: { host }, buckets });
    const [{ buckets }] = mergeHistory([window('a', { zero: 1, positive: [[0, 1]] }), window('b', { zero: 2, positive: [[0, 4]] })], []);
    const density = new Density();
    density.set(1, '', buckets, true);
    assert.deepEqual(counts(density), [[1, { [LOWEST]: 3, 0: 5 }]]);
  });
});

test('only the channel of a heat map requests buckets', () => {
  const charts = { 'c/m': { form: 'heatmap' } };
  assert.equal(toSubscription({ ...defaultPreferences(), charts }, 'raw', ['c']).buckets, true);
  assert.equal(toSubscription({ ...defaultPreferences(), charts }, 'raw', ['d']).buckets, undefined);
  assert.equal(toSubscription({ ...defaultPreferences(), charts: { 'c/m': { axis: 'snug' } } }, 'raw', ['c']).buckets, undefined);
  const { view, options } = queryOf({ channel: 'c', metrics: ['m'], form: 'heatmap' }, 'own-0', { ...defaultPreferences(), charts }, 0);
  assert.deepEqual([view.query.buckets, options], [undefined, { form: 'heatmap' }], 'QueryCharts adds them');
});
