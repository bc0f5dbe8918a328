/** Unit tests of the parts of the custom element that need no document: its attributes, and the history of groups. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAttributes } from '../../main/web/element/chart-attributes.js';
import { mergeHistory } from '../../main/web/merge-history.js';

const read = (attributes) => readAttributes((name) => attributes[name] ?? null, 'https://shop.example/orders');
const url = 'wss://shop.example/ws/metrics';

describe('the attributes of the element', () => {
  test('are a view, with the resolution that fits the range', () => {
    assert.deepEqual(read({ channel: 'c' }), { view: { channel: 'c', metrics: [], query: { channels: [] } }, resolution: 'raw', seconds: 300, groupBy: undefined, hasEvents: false, options: {}, url });
    const { view, options } = read({ channel: ' c ', metrics: 'a, b.*', tags: 'env=a env=b region=x', range: '24h', 'group-by': 'host', axis: 'snug', statistics: 'p50 p99' });
    assert.deepEqual(view, { channel: 'c', metrics: ['a', 'b.*'], query: { channels: [], tags: { env: ['a', 'b'], region: 'x' }, aggregation_interval: '5m', group_by: ['host'] } });
    assert.deepEqual(options, { statistics: ['p50', 'p99'], axis: 'snug' });
    assert.deepEqual(read({ channel: 'c', 'group-by': '' }).view.query, { channels: [], aggregation_interval: '1s', group_by: [] }, 'groups need windows');
    assert.deepEqual([read({ channel: 'c', range: '365d' }).resolution, read({ channel: 'c', range: '365d' }).view.query.aggregation_interval], ['1d', '1h']);
  });

  test('with events have those among the named metrics', () => {
    assert.deepEqual(read({ channel: 'c', metrics: 'a', events: '' }).view.metrics, ['a', 'annotation']);
    assert.deepEqual([read({ channel: 'c', events: '' }).view.metrics, read({ channel: 'c', events: '' }).hasEvents], [[], true], 'all metrics have them');
  });

  test('may be empty, and the address may be one of HTTP', () => {
    assert.deepEqual(read({ channel: 'c', axis: '', form: '', theme: '', url: 'http://h:8000/x' }).url, 'ws://h:8000/x');
  });

  test('that are wrong name what is allowed', () => {
    assert.throws(() => read({}), /The attribute channel is missing/);
    assert.throws(() => read({ channel: 'c', range: '2h' }), /The range "2h" is unknown\. Use one of 1m, 5m/);
    assert.throws(() => read({ channel: 'c', tags: 'env' }), /The tag "env" is invalid\. Write key=value/);
    assert.throws(() => read({ channel: 'c', axis: 'log' }), /The axis "log" is unknown\. Use snug, or leave it out/);
    assert.throws(() => read({ channel: 'c', form: 'bars' }), /The form "bars" is unknown\. Use heatmap, or leave it out/);
    assert.throws(() => read({ channel: 'c', theme: 'night' }), /The theme "night" is unknown\. Use light or dark, or leave it out/);
    for (const wrong of ['http://[', 'ftp://host/', 'javascript:alert(1)']) {
      assert.throws(() => read({ channel: 'c', url: wrong }), { message: `The url "${wrong}" is invalid. Use the address of the WebSocket, such as /ws/metrics or wss://host/ws/metrics` });
    }
    assert.throws(() => read({ channel: 'c', statistics: 'p90' }), /The statistic "p90" is unknown\. Use some of mean, p50/);
  });
});

describe('the history of groups', () => {
  const window = (type, value, tags, fields, timestamp = '2026-01-01T12:00:00Z') => ({ channel: 'c', name: 'm', type, value, timestamp, tags, interval: '1m', ...fields });

  test('weighs gauges by their samples, and adds counters', () => {
    const gauges = mergeHistory([window('gauge', 10, { host: 'a', env: 'x' }, { count: 1, min: 10, max: 10 }), window('gauge', 30, { host: 'b', env: 'x' }, { count: 3, min: 5, max: 50 })], ['env']);
    assert.deepEqual(gauges.map(({ value, count, min, max, tags }) => ({ value, count, min, max, tags })), [{ value: 25, count: 4, min: 5, max: 50, tags: { env: 'x' } }]);
    const [counter] = mergeHistory([window('counter', 100, { host: 'a' }, { rate: 1, delta: 60 }), window('counter', 200, { host: 'b' }, { rate: 2, delta: 120 })], []);
    assert.deepEqual([counter.value, counter.rate, counter.delta, counter.tags], [300, 3, 180, {}]);
  });

  test('keeps other groups and other times apart', () => {
    const merged = mergeHistory([window('gauge', 1, { env: 'x' }), window('gauge', 2, { env: 'y' }), window('gauge', 3, { env: 'x' }, {}, '2026-01-01T12:01:00Z'), window('gauge', 4, {})], ['env']);
    assert.deepEqual(merged.map(({ value, tags }) => [value, tags.env]), [[1, 'x'], [2, 'y'], [3, 'x'], [4, undefined]]);
  });

  test('computes percentiles from the merged buckets, within the range of the observations', () => {
    const part = (index, count) => ({ count, min: 1.01 * (1.01 / 0.99) ** index, max: 1.01 * (1.01 / 0.99) ** index, p50: 1, p95: 1, p99: 1, buckets: { positive: [[index, count]] } });
    const [merged] = mergeHistory([window('histogram', 1, { host: 'a' }, part(0, 95)), window('histogram', 100, { host: 'b' }, part(230, 5))], []);
    assert.ok(Math.abs(merged.p50 / 1.01 - 1) < 0.01 && Math.abs(merged.p95 / 1.01 - 1) < 0.01, `${merged.p50} ${merged.p95}`);
    assert.ok(merged.p99 > 90 && merged.p99 <= merged.max, `${merged.p99}`);
    const [without] = mergeHistory([window('histogram', 1, { host: 'a' }, { p99: 5 }), window('histogram', 3, { host: 'b' }, { p99: 9 })], []);
    assert.deepEqual([without.value, without.p99], [2, undefined], 'percentiles are never averaged');
  });
});
