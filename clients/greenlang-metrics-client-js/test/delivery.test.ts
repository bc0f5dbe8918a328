/** Tests of the ways that metrics reach the application: listeners, the iterator, the buffer and history. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectedService, sample } from './connected-service.js';
import { FakeSocket, fakeService, metric, flushPromises } from './fakes.js';

describe('listeners', () => {
  test('listener_throws_doesNotAffectOthers', () => {
    const { service, received, loggedErrors } = connectedService();
    const laterListener: number[] = [];
    service.onMetric('system.metrics', () => {
      throw new Error('mine');
    });
    service.onMetric('*', ({ value }) => laterListener.push(value));
    FakeSocket.last.receive(sample(1, 1)).receive(sample(2, 2));
    assert.deepEqual([received, laterListener, loggedErrors.length, service.state], [[1, 2], [1, 2], 2, 'connected']);
  });

  test('asyncListener_rejects_isLogged_andRaisesNoUnhandledRejection', async () => {
    const { service, loggedErrors } = connectedService();
    const rejections: unknown[] = [];
    const record = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', record);
    service.onMetric('system.metrics', async () => {
      throw new Error('mine');
    });
    FakeSocket.last.receive(sample(1, 1));
    await flushPromises();
    process.off('unhandledRejection', record);
    assert.deepEqual([rejections, loggedErrors.map(([message]) => message)], [[], ['An onMetric listener failed']]);
  });

  test('listener_receivesItsChannelOnly_andCanBeRemovedInThreeWays', () => {
    const { service, received } = connectedService();
    const calls: string[] = [];
    const controller = new AbortController();
    const unsubscribe = service.onMetric('system.metrics', () => calls.push('one'));
    const two = () => calls.push('two');
    service.onMetric('system.*', two);
    service.onMetric('system.metrics', () => calls.push('three'), { signal: controller.signal });
    service.onMetric('system.metrics', () => calls.push('never'), { signal: AbortSignal.abort() });
    service.onMetric('other', () => calls.push('other'));
    FakeSocket.last.receive(sample(1, 1));
    unsubscribe();
    service.offMetric('system.*', two);
    controller.abort();
    FakeSocket.last.receive(sample(2, 2));
    assert.deepEqual([calls, received], [['one', 'three', 'two'], [1, 2]]);
  });
});

describe('abort signals', () => {
  test('listeners_ofAllEvents_areRemovedOnAbort', () => {
    const { service } = connectedService();
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const calls: string[] = [];
    const record = (event: string) => () => calls.push(event);
    service.onMetric('*', record('metric'), options);
    service.onGap(record('gap'), options);
    service.onSeriesLimit(record('seriesLimit'), options);
    service.onMetadata(record('metadata'), options);
    service.onError(record('error'), options);
    service.onConnectionChange(record('connection'), options);
    const provokeAll = () => {
      FakeSocket.last
        .receive(sample(1, 1))
        .receive({ type: 'lagged', channel: 'system.metrics', missed: 1 })
        .receive({ type: 'lagged', channel: 'system.metrics', missed: 1, reason: 'series_limit' })
        .receive({ type: 'metadata', channel: 'system.metrics', metrics: { m: { unit: '%' } } })
        .receive('{')
        .drop();
      service.connect();
      FakeSocket.last.welcome();
    };
    provokeAll();
    const beforeAbort = [...calls];
    controller.abort();
    provokeAll();
    assert.deepEqual([new Set(beforeAbort), calls], [new Set(['metric', 'gap', 'seriesLimit', 'metadata', 'error', 'connection']), beforeAbort]);
  });

  test('iterator_abort_ends_andAbortedSignalEndsAtOnce', async () => {
    const { service } = connectedService();
    const controller = new AbortController();
    const pending = service.metrics('*', controller).next();
    controller.abort();
    assert.equal((await pending).done, true);
    assert.equal((await service.metrics('*', controller).next()).done, true);
  });
});

describe('iterator, buffer, history', () => {
  test('metrics_iteration_endsOnDisconnect', async () => {
    const { service } = connectedService();
    const iterated: number[] = [];
    const reader = (async () => {
      for await (const { value } of service.metrics('system.metrics')) {
        iterated.push(value);
      }
    })();
    FakeSocket.last.receive(sample(1, 1)).receive(sample(2, 2));
    await flushPromises();
    service.disconnect();
    await reader;
    assert.deepEqual(iterated, [1, 2]);
  });

  test('metrics_slowReader_dropsAndCountsOldest', async () => {
    const { service } = connectedService({ channels: ['system.metrics'] }, { bufferSize: 2 });
    const iterator = service.metrics('system.metrics');
    [1, 2, 3].forEach((value) => FakeSocket.last.receive(sample(value, value)));
    assert.equal((await iterator.next()).value.value, 2);
    assert.equal(service.stats().dropped, 1);
    await iterator.return?.();
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  });

  test('buffer_keepsLatestMetrics_inAnyState', () => {
    const { service } = connectedService({ channels: ['system.metrics'] }, { bufferSize: 3 });
    [1, 2, 3, 4, 5].forEach((value) => FakeSocket.last.receive(sample(value, value)));
    service.disconnect();
    assert.deepEqual(service.getBufferedMetrics().map(({ value }) => value), [3, 4, 5]);
    assert.deepEqual(service.getBufferedMetrics({ name: 'm4', channel: 'system.metrics', tags: { host: 'h' } }).length, 1);
    service.clearBuffer();
    assert.deepEqual(service.getBufferedMetrics(), []);
  });

  test('history_loadsPageByPage_oneRequestAtATime_andResumesAfterReconnect', async () => {
    const { service, reconnect } = connectedService();
    const first = service.getHistory({ channel: 'c', start_time: new Date(0), end_time: '2025-11-08T12:00:00Z' });
    const second = service.getHistory({ channel: 'd', start_time: new Date(0), limit: 1 });
    const requests = () => FakeSocket.last.commands('get_history');
    const page = (channel: string, values: number[], fields: object) =>
      FakeSocket.last.receive({ type: 'history', id: requests().at(-1).id, channel, metrics: values.map((value) => metric('m', value)), ...fields });
    assert.deepEqual(requests().map(({ data }) => data), [{ channel: 'c', start_time: '1970-01-01T00:00:00.000Z', end_time: '2025-11-08T12:00:00Z' }]);
    page('c', [1], { complete: false, cursor: 'next' });
    reconnect();
    assert.equal(requests()[0].data.cursor, 'next');
    page('c', [2], { complete: true });
    page('d', [3, 4], { complete: false, cursor: 'more' });
    assert.deepEqual([(await first).map(({ value }) => value), (await second).map(({ value }) => value)], [[1, 2], [3]]);
  });

  test('history_rejected_rejects_andNextRequestIsSent', async () => {
    const { service } = connectedService();
    const [rejected, accepted] = ['a', 'b'].map((channel) => service.getHistory({ channel, start_time: new Date(0) }));
    FakeSocket.last.receive({ type: 'error', id: '2', message: 'History error: this server keeps no history', code: 'HISTORY_UNAVAILABLE' });
    await assert.rejects(rejected!, { code: 'HISTORY_UNAVAILABLE' });
    FakeSocket.last.receive({ type: 'history', id: '3', channel: 'b', metrics: [], complete: true });
    assert.deepEqual(await accepted, []);
  });

  const refuse = (retryAfter: object) =>
    FakeSocket.last.receive({ type: 'error', id: FakeSocket.last.commands('get_history').at(-1).id, message: 'Rate limit exceeded', code: 'RATE_LIMITED', ...retryAfter });

  test('history_rateLimited_continuesAtItsPageAfterTheWait', async () => {
    const { service, clock, reconnect } = connectedService();
    const history = service.getHistory({ channel: 'c', start_time: new Date(0) });
    const requests = () => FakeSocket.last.commands('get_history');
    const page = (value: number, fields: object) =>
      FakeSocket.last.receive({ type: 'history', id: requests().at(-1).id, channel: 'c', metrics: [metric('m', value)], ...fields });
    page(1, { complete: false, cursor: 'next' });
    refuse({ retry_after: 20 });
    reconnect();
    clock.advance(19_000);
    assert.deepEqual(requests(), [], 'a new connection does not end the wait');
    clock.advance(2_000);
    assert.deepEqual(requests().map(({ data }) => data.cursor), ['next']);
    page(2, { complete: true });
    assert.deepEqual((await history).map(({ value }) => value), [1, 2]);
  });

  test('history_rateLimitedTooOftenOrTooLong_rejects_andNextRequestIsSent', async () => {
    const { service, clock } = connectedService();
    const [often, long, unknown, closed] = ['a', 'b', 'c', 'd'].map((channel) => service.getHistory({ channel, start_time: new Date(0) }));
    for (let refusals = 0; refusals <= 10; refusals++) {
      refuse({ retry_after: 1 });
      clock.advance(2_000);
    }
    await assert.rejects(often!, { code: 'RATE_LIMITED', retryAfterMs: 1_000 });
    refuse({ retry_after: 3_600 });
    await assert.rejects(long!, { code: 'RATE_LIMITED' });
    refuse({});
    await assert.rejects(unknown!, { code: 'RATE_LIMITED' });
    refuse({ retry_after: 1 });
    service.disconnect();
    await assert.rejects(closed!, { code: 'CLOSED' });
    assert.equal(clock.pending, 0);
  });

  test('history_unserializableRequest_throws_andKeepsConnection', () => {
    const { service } = connectedService();
    assert.throws(() => service.getHistory({ channel: 'c', start_time: new Date(0), limit: 5n as never }), TypeError);
    assert.throws(() => service.getHistory({ channel: 'c', start_time: new Date(0), tags: { a: 1n as never } }), TypeError);
    assert.deepEqual([service.state, FakeSocket.last.commands('get_history')], ['connected', []]);
  });

  test('history_invalidTime_throwsWithMessage', () => {
    assert.throws(() => fakeService().service.getHistory({ channel: 'c', start_time: 'yesterday' }), /"yesterday" is not a time/);
  });
});
