/** Unit tests of thresholds: the level of a value, the level of a chart, and the state of a dashboard. */

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { alertOf } from '../../main/web/chart-alert.js';
import { DashboardAlerts } from '../../main/web/dashboard-alerts.js';
import { levelOf, limitsOf, worstOf } from '../../main/web/thresholds.js';

test('a value has the level of the last threshold that it reaches', () => {
  const above = { warning: 80, critical: 95 };
  const below = { warning: 20, critical: 5, when: 'below' };
  assert.deepEqual([79, 80, 94.9, 95].map((value) => levelOf(value, above)), ['normal', 'warning', 'warning', 'critical']);
  assert.deepEqual([21, 20, 5.1, 5].map((value) => levelOf(value, below)), ['normal', 'warning', 'warning', 'critical']);
  assert.deepEqual([levelOf(99, { warning: 80 }), levelOf(99, { critical: 95 }), levelOf(1, { critical: 95 })], ['warning', 'critical', 'normal']);
  assert.deepEqual([worstOf([]), worstOf(['warning', 'normal']), worstOf(['warning', 'critical'])], ['normal', 'warning', 'critical']);
  assert.deepEqual(limitsOf(below).map(({ value, level }) => [value, level]), [[5, 'critical'], [20, 'warning']]);
});

test('a chart has the level of its worst latest value', () => {
  const series = ['a', 'b'].map((id) => ({ id, label: id }));
  const panel = { id: 'p', title: 'Heap', unit: { ucum: '%', isRate: false }, series, thresholds: { warning: 80, critical: 95 } };
  const timeSeries = { data: [[1, 2], [99, 50], [10, 85]] };
  assert.deepEqual(alertOf(panel, {}, timeSeries), { id: 'p', level: 'warning', text: 'Heap, 85.0 %' });
  assert.equal(alertOf(panel, { top: 1 }, timeSeries).level, 'warning', 'the lines of the rest count');
  assert.equal(alertOf({ ...panel, series: series.slice(0, 1) }, {}, timeSeries).level, 'normal', 'an earlier value has no effect');
  assert.equal(alertOf({ ...panel, thresholds: { critical: 60, when: 'below' } }, {}, timeSeries).text, 'Heap, 50.0 %');
  assert.deepEqual([alertOf({ ...panel, thresholds: undefined }, {}, timeSeries), alertOf(panel, {}, undefined), alertOf({ ...panel, series: [] }, {}, timeSeries)], [null, null, null]);
});

describe('the state of a dashboard', () => {
  const icon = new Map();
  const announced = [];
  let alerts;
  beforeEach(() => {
    announced.length = 0;
    const link = { getAttribute: (name) => icon.get(name), setAttribute: (name, value) => icon.set(name, value) };
    globalThis.document = { title: '', querySelector: () => link };
    alerts = new DashboardAlerts('JVM', (text) => announced.push(text));
  });
  const update = (seconds, ...levels) => alerts.update(levels.map((level, i) => ({ id: `c${i}`, level, text: `C${i}` })), seconds * 1000);
  const shown = () => [globalThis.document.title, icon.get('href')];

  test('is the worst of its charts, in the title and the icon', () => {
    assert.deepEqual(shown(), ['JVM – GreenLang Metrics', 'icon.svg']);
    update(0, 'normal', 'warning');
    assert.deepEqual(shown(), ['▲ Warning – JVM – GreenLang Metrics', 'icon-warning.svg']);
    update(1, 'critical', 'warning');
    assert.deepEqual(shown(), ['◆ Critical – JVM – GreenLang Metrics', 'icon-critical.svg']);
    alerts.close();
    assert.deepEqual(shown(), ['GreenLang Metrics', 'icon.svg']);
  });

  test('is announced once, and the end of an alarm when it has lasted', () => {
    update(0, 'normal');
    [1, 2, 3].forEach((second) => update(second, 'critical'));
    update(4, 'normal');
    update(5, 'critical'); // moves around the threshold
    update(6, 'warning');
    update(15, 'warning');
    assert.deepEqual(announced, ['C0: critical']);
    update(16, 'warning');
    update(20, 'normal');
    update(29, 'normal');
    update(30, 'normal');
    assert.deepEqual(announced, ['C0: critical', 'C0: warning', 'C0: normal']);
  });

  test('of several charts is one announcement, and lasts while a chart has no values', () => {
    update(0, 'warning', 'critical');
    alerts.update([], 1_000);
    update(2, 'warning', 'critical');
    assert.deepEqual(announced, ['C0: warning. C1: critical']);
    assert.match(shown()[0], /Critical/);
  });
});
