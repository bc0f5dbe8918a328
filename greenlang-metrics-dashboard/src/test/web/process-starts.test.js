/** Unit tests of the starts of processes, which the page finds in their uptimes. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTimes, startsOf } from '../../main/web/process-starts.js';
import { Store } from '../../main/web/store.js';

const NOON = 1_767_268_800;
const sample = (time, value, { name = 'process.uptime', channel = 'system.metrics', host = 'a' } = {}) => ({
  channel, name, type: 'gauge', value, timestamp: new Date((NOON + time) * 1000).toISOString(), tags: host ? { host } : {},
});

describe('the starts of processes', () => {
  test('startTimes_risingUptime_areOneStart', () => {
    assert.deepEqual(startTimes([100, 101, 102], [40, 41, 42], 1, 0), [60]);
    assert.deepEqual(startTimes([], [], 1, 0), []);
  });

  test('startTimes_uptimeFallsTwice_areThreeStarts', () => {
    assert.deepEqual(startTimes([100, 110, 120, 130, 140], [50, 60, 5, undefined, 2], 1, 0), [138, 115, 50]);
  });

  test('startTimes_windows_skipTheOneWithTwoProcesses', () => {
    const mixed = (30 * 1_000 + 30 * 15) / 60;
    assert.deepEqual(startTimes([0, 60, 120], [1_000, mixed, 60], 1, 60), [90, -970]);
  });

  test('startTimes_valueThatFallsAlways_isBounded', () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => i);
    assert.equal(startTimes(rows, rows.map(() => 0.5), 1, 0).length, 20);
  });

  test('startsOf_processAndItsJvm_areOneStartOfEachHost', () => {
    const store = new Store(() => NOON + 60);
    store.describe({ channel: 'shop.metrics', name: 'process.uptime', unit: 'ms' });
    for (const metric of [sample(50, 20), sample(50, 20, { host: 'b' }), sample(50, 19, { name: 'uptime', channel: 'jvm.metrics' }), sample(50, 40_000, { channel: 'shop.metrics', host: '' })]) {
      store.add(metric, 0);
    }
    const { starts, panels } = startsOf(store, ['jvm.metrics', 'shop.metrics', 'system.metrics'], NOON, 0);
    assert.deepEqual(starts.map(({ time, text }) => [time - NOON, text]), [[10, 'Process started'], [30, 'Process started on a'], [30, 'Process started on b']]);
    assert.deepEqual(panels.map(({ id }) => id), ['jvm.metrics/uptime', 'shop.metrics/process.uptime', 'system.metrics/process.uptime']);
  });

  test('startsOf_groups_areThoseOfTheMachine', () => {
    const store = new Store(() => NOON + 60);
    store.add(sample(50, 2_500, { name: 'uptime', channel: 'jvm.metrics', host: '' }), 0); // the mean of two processes
    store.add(sample(50, 20), 0);
    const { starts, panels } = startsOf(store, ['jvm.metrics', 'system.metrics'], NOON, 0, true);
    assert.deepEqual([starts.map(({ text }) => text), panels.length], [['Process started on a'], 1]);
    assert.equal(startsOf(store, ['jvm.metrics', 'system.metrics'], NOON, 0).starts.length, 2, 'without groups, each process has its own uptime');
  });

  test('startsOf_allStartsBeforeTheRange_needNoHistory', () => {
    const store = new Store(() => NOON + 60);
    store.add(sample(50, 20), 0);
    store.add(sample(50, 40, { host: 'b' }), 0);
    const panelsFrom = (from) => startsOf(store, ['system.metrics'], NOON + from, 0).panels.length;
    assert.deepEqual([panelsFrom(5), panelsFrom(20), panelsFrom(40)], [1, 1, 0], 'the process of one host started at 30, so history may have a start before it');
  });

  test('startsOf_hiddenChannel_hasNone', () => {
    const store = new Store(() => NOON + 60);
    store.add(sample(50, 20), 0);
    assert.deepEqual(startsOf(store, ['shop.metrics'], NOON, 0), { starts: [], panels: [] });
  });
});
