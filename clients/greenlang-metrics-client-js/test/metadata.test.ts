/** Tests of units and descriptions, which the server sends once per name. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MetricMetadata } from '../src/index.js';
import { FakeSocket, fakeService, metric } from './fakes.js';

const CPU = { channel: 'system.metrics', name: 'cpu.percent', unit: '%', description: 'Use of all processors' };

function describedService() {
  const fake = fakeService();
  const events: Array<MetricMetadata | number> = [];
  fake.service.onMetadata((metadata) => events.push(metadata));
  fake.service.onMetric('*', ({ value }) => events.push(value));
  fake.service.subscribe({ channels: ['system.metrics'], metadata: true });
  fake.service.connect();
  FakeSocket.last.welcome().confirm();
  return { ...fake, events };
}

const message = (metrics: object) => ({ type: 'metadata', channel: 'system.metrics', metrics });

describe('metadata', () => {
  test('subscribe_withMetadata_sendsTheField', () => {
    describedService();
    assert.deepEqual(FakeSocket.last.commands('subscribe')[0].data, { channels: ['system.metrics'], metadata: true, resume: true });
  });

  test('metadata_received_isReportedBeforeTheMetric', () => {
    const { events } = describedService();
    FakeSocket.last
      .receive(message({ 'cpu.percent': { unit: '%', description: 'Use of all processors' }, 'load.1m': { description: 'Load' } }))
      .receive(metric('cpu.percent', 7));
    assert.deepEqual(events, [CPU, { channel: 'system.metrics', name: 'load.1m', description: 'Load' }, 7]);
  });

  test('metadata_changedOrRepeated_isReportedAgain', () => {
    const { service, events } = describedService();
    FakeSocket.last.receive(message({ 'cpu.percent': { unit: '%' } })).drop();
    service.connect();
    FakeSocket.last.welcome().confirm().receive(message({ 'cpu.percent': { unit: '1' } }));
    assert.deepEqual(events.map((event) => (event as MetricMetadata).unit), ['%', '1']);
  });

  test('getHistory_withMetadata_reportsThatOfEachPageBeforeTheResult', async () => {
    const { service, events } = describedService();
    const history = service.getHistory({ channel: 'system.metrics', start_time: new Date(0), metadata: true });
    const answer = (page: object, metadata: object) => {
      const { id, data } = FakeSocket.last.commands('get_history').at(-1);
      assert.equal(data.metadata, true);
      FakeSocket.last.receive({ type: 'history', id, channel: 'system.metrics', metrics: [metric('cpu.percent', 1)], ...page, metadata });
    };
    answer({ complete: false, cursor: 'next' }, { 'cpu.percent': { unit: '%', description: 'Use of all processors' } });
    answer({ complete: true }, { 'load.1m': { unit: '1' } });
    assert.deepEqual(events, [CPU, { channel: 'system.metrics', name: 'load.1m', unit: '1' }]);
    assert.equal((await history).length, 2);
  });

  test('history_malformedMetadata_isReported', () => {
    const { service } = describedService();
    FakeSocket.last.receive({ type: 'history', channel: 'system.metrics', metrics: [], complete: true, metadata: [] });
    assert.equal(service.stats().malformed, 1);
  });

  test('metadata_malformed_isReportedAndIgnored', () => {
    const { service, events, loggedErrors } = describedService();
    for (const metrics of [null, [], 'x', { 'cpu.percent': 7 }]) {
      FakeSocket.last.receive(message(metrics as object));
    }
    FakeSocket.last.receive({ type: 'metadata', metrics: {} });
    assert.deepEqual([service.stats().malformed, loggedErrors.length, service.state], [5, 5, 'connected']);
    FakeSocket.last.receive(message({ 'cpu.percent': { unit: 7, channel: 'other.metrics' } }));
    assert.deepEqual(events, [{ channel: 'system.metrics', name: 'cpu.percent', unit: '7' }]);
  });
});
