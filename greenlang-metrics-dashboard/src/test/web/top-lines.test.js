/** Unit tests of the greatest lines and the rest. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readChartOptions } from '../../main/web/chart-options.js';
import { TopLines, isAdditive, restOf } from '../../main/web/top-lines.js';

const unit = (ucum, isRate = false) => ({ unit: { ucum, isRate }, series: [{}] });

describe('the rest of the lines', () => {
  test('is a sum or a mean, by the unit', () => {
    assert.deepEqual([unit('By'), unit(''), unit('{task}'), unit('ms', true)].map(isAdditive), [true, true, true, true]);
    assert.deepEqual([unit('%'), unit('ms'), unit('Hz'), { ...unit('By'), series: [{ statistic: 'p95' }] }].map(isAdditive), [false, false, false, false]);
    const data = [[0, 1], [1, 2], [3, 4], [10, 20]];
    assert.deepEqual(restOf(data, [0, 2], true), [11, 22]);
    assert.deepEqual(restOf(data, [0, 2], false), [5.5, 11]);
  });

  test('counts a series that reports in other rows, until it is silent', () => {
    const times = Array.from({ length: 40 }, (_, i) => i);
    const first = times.map((time) => (time < 3 ? 5 : undefined));
    const second = times.map((time) => (time % 2 === 0 ? 1 : undefined));
    const sums = restOf([times, first, second], [0, 1], true);
    assert.deepEqual([sums[0], sums[1], sums[3], sums[16], sums[18], sums[38]], [6, 6, undefined, 6, 1, 1]);
  });

  test('breaks with its lines', () => {
    assert.deepEqual(restOf([[0, 1, 2], [1, null, 1], [2, null, 2]], [0, 1], true), [3, null, 3]);
    assert.deepEqual(restOf([[0], [1]], [], true), [undefined]);
  });
});

test('the greatest lines are those with the greatest means of the visible range, in the order of the chart', () => {
  const series = ['a', 'b', 'c', 'd'].map((id) => ({ id, label: id }));
  const panel = { title: 'm', unit: { ucum: '', isRate: false }, series };
  const lines = series.map((each, column) => ({ series: each, column, label: each.id, isShown: true }));
  const timeSeries = { rows: 2, gaps: [], plotDivisor: 1, data: [[0, 10], [100, 1], [0, 2], [0, 9], [0, 7]] };
  const { lines: selected, data } = new TopLines(panel).select(lines, timeSeries, [5, 15], 2, true);
  assert.deepEqual(selected.map(({ label, column }) => [label, column]), [['c', 2], ['d', 3], ['rest of 2, sum', 4]]);
  assert.deepEqual(data.data[5], [100, 3]);
  assert.equal(new TopLines(panel).panel.series[4].id, 'rest');
});

test('a number of lines is valid from 1 to 20', () => {
  const options = readChartOptions({ a: { top: 5 }, b: { top: 0 }, c: { top: 21 }, d: { top: '5' }, e: { top: 1.5 } });
  assert.deepEqual(options, { a: { top: 5 }, b: {}, c: {}, d: {}, e: {} });
});
