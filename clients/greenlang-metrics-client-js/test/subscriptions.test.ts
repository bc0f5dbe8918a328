/** Tests of subscribing: requests are confirmed, replaced, retried or rejected. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CPU, connectedService, sample, systemPosition } from './connected-service.js';
import { FakeSocket, fakeService, metric, flushPromises } from './fakes.js';

describe('subscribing', () => {
  test('subscribe_beforeConnect_isSentAfterWelcome_andConfirmed', async () => {
    const { subscribed } = connectedService(CPU);
    const { channels, ...options } = CPU;
    assert.deepEqual(FakeSocket.last.sent, [{ type: 'subscribe', id: '1', data: { channels, ...options, resume: true } }]);
    FakeSocket.last.confirm();
    assert.deepEqual(await subscribed, ['system.metrics']);
  });

  test('quantilesAndBuckets_areSent_inSubscriptionAndHistory_andReadFromSamples', async () => {
    const fields = { quantiles: [0.9, 0.999], buckets: true };
    const { service } = connectedService({ channels: ['system.metrics'], ...fields });
    assert.deepEqual(FakeSocket.last.sent[0].data, { channels: ['system.metrics'], ...fields, resume: true });
    const distribution = metric('latency', 2, {
      type: 'histogram', count: 3, min: -1, max: 5, sum: 6, p50: 2, p90: 5, 'p99.9': 5, buckets: { zero: 1, positive: [[80, 2, 1], [151, 1]], negative: [[54, 1]] },
    });
    FakeSocket.last.confirm().receive(distribution);
    assert.deepEqual(service.getBufferedMetrics(), [distribution]);
    const history = service.getHistory({ channel: 'system.metrics', start_time: new Date(0), aggregation_interval: '1d', metrics: ['latency'], ...fields });
    const { id, data } = FakeSocket.last.commands('get_history')[0];
    assert.deepEqual(data, { channel: 'system.metrics', start_time: '1970-01-01T00:00:00.000Z', aggregation_interval: '1d', metrics: ['latency'], ...fields });
    const window = { ...distribution, interval: '1d' };
    FakeSocket.last.receive({ type: 'history', id, channel: 'system.metrics', metrics: [window], complete: true });
    const [metricOfDay] = await history;
    assert.deepEqual([metricOfDay, metricOfDay?.['p99.9']], [window, 5]);
  });

  test('subscribe_again_isIdempotent', async () => {
    const { service } = connectedService(CPU);
    FakeSocket.last.confirm();
    assert.deepEqual(await service.subscribe({ ...CPU }), ['system.metrics']);
    assert.equal(FakeSocket.last.sent.length, 1);
  });

  test('subscribe_withOtherOptions_replacesSubscription', () => {
    const { service } = connectedService({ channels: ['system.metrics', 'workflow.metrics'] });
    FakeSocket.last.confirm();
    service.subscribe({ channels: ['system.metrics'], latest: true });
    assert.deepEqual(service.subscriptions, [{ channels: ['workflow.metrics'] }, { channels: ['system.metrics'], latest: true }]);
    assert.deepEqual(FakeSocket.last.commands('subscribe').map(({ data }) => data.channels), [['system.metrics', 'workflow.metrics'], ['system.metrics']]);
  });

  test('subscribe_rejected_rejectsReportsAndRemoves', async () => {
    const { service, subscribed, loggedErrors } = connectedService({ channels: ['nonsense'] });
    FakeSocket.last.receive({ type: 'error', id: '1', message: 'Invalid subscription: unknown channel', code: 'UNKNOWN_CHANNEL' });
    await assert.rejects(subscribed, { code: 'UNKNOWN_CHANNEL', message: 'Invalid subscription: unknown channel' });
    assert.deepEqual([service.subscriptions, loggedErrors.length], [[], 1]);
  });

  test('subscribe_unawaitedAndRejected_raisesNoUnhandledRejection', async () => {
    const rejections: unknown[] = [];
    const record = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', record);
    connectedService({ channels: ['nonsense'] });
    FakeSocket.last.receive({ type: 'error', id: '1', message: 'x', code: 'BAD_SUBSCRIPTION' });
    await flushPromises();
    process.off('unhandledRejection', record);
    assert.deepEqual(rejections, []);
  });

  test('subscribe_serverWithoutIds_isConfirmed', async () => {
    const { subscribed } = connectedService();
    FakeSocket.last.receive({ type: 'subscribed', channels: ['system.metrics'] });
    assert.deepEqual(await subscribed, ['system.metrics']);
  });

  test('calls_afterDisconnect_reject_andTheSubscriptionStaysForTheNextConnect', async () => {
    const { service, subscribed } = connectedService();
    FakeSocket.last.confirm();
    await subscribed;
    service.disconnect();
    const closed = { code: 'CLOSED', message: 'Not connected: the service is closed' };
    await assert.rejects(service.subscribe({ channels: ['agent.metrics'] }), closed);
    await assert.rejects(service.subscribe({ channels: ['system.metrics'] }), closed, 'confirmed on the lost connection');
    await assert.rejects(service.getHistory({ channel: 'agent.metrics', start_time: new Date(0) }), closed);
    await assert.rejects(service.ready(), closed);
    service.connect();
    FakeSocket.last.welcome();
    assert.deepEqual(FakeSocket.last.commands('subscribe').map(({ data }) => data.channels), [['system.metrics'], ['agent.metrics']]);
    assert.deepEqual(FakeSocket.last.commands('get_history'), []);
  });

  test('signals_ofSeveralCalls_releaseAChannelWithTheLast', () => {
    const { service } = connectedService({ channels: ['workflow.metrics'] });
    const [first, second] = [new AbortController(), new AbortController()];
    service.subscribe({ channels: ['agent.metrics', 'system.metrics'] }, first);
    service.subscribe({ channels: ['agent.metrics', 'workflow.metrics'], latest: true }, second);
    const unsubscribed = () => FakeSocket.last.commands('unsubscribe').map(({ channels }) => channels);
    first.abort();
    assert.deepEqual(unsubscribed(), [['system.metrics']], 'the second call holds agent.metrics');
    second.abort();
    assert.deepEqual(unsubscribed(), [['system.metrics'], ['agent.metrics']], 'a call without a signal holds workflow.metrics');
    assert.deepEqual(service.subscriptions.map(({ channels }) => channels), [['workflow.metrics']]);
    assert.throws(() => service.subscribe({ channels: ['agent.metrics'] }, first), { name: 'AbortError' });
  });

  test('signal_afterUnsubscribe_releasesNothing', () => {
    const { service } = connectedService();
    const holder = new AbortController();
    service.subscribe({ channels: ['agent.metrics'] }, holder);
    service.unsubscribe(['agent.metrics']);
    service.subscribe({ channels: ['agent.metrics'] });
    holder.abort();
    assert.equal(FakeSocket.last.commands('unsubscribe').length, 1);
  });

  test('history_aborted_rejects_andTheNextRequestFollows', async () => {
    const { service } = connectedService();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const request = (channel: string, options = {}) => service.getHistory({ channel, start_time: new Date(0) }, options);
    const aborted = [request('a', running), request('b', waiting)];
    const last = request('c');
    running.abort();
    waiting.abort();
    await Promise.all(aborted.map((each) => assert.rejects(each, { name: 'AbortError' })));
    const reply = (more: object) => {
      const { id, data } = FakeSocket.last.commands('get_history').at(-1);
      FakeSocket.last.receive({ type: 'history', id, channel: data.channel, metrics: [metric('n', 1, { channel: data.channel })], ...more });
    };
    reply({ complete: false, cursor: 'next' });
    reply({ complete: true });
    assert.deepEqual((await last).map(({ channel }) => channel), ['c']);
    assert.deepEqual(FakeSocket.last.commands('get_history').map(({ data }) => data.channel), ['a', 'c']);
  });

  test('subscribe_rateLimited_isRetried', async () => {
    const { subscribed, clock } = connectedService();
    FakeSocket.last.receive({ type: 'error', id: '1', message: 'Rate limit exceeded', code: 'RATE_LIMITED' });
    clock.advance(10_000);
    FakeSocket.last.confirm();
    assert.deepEqual(await subscribed, ['system.metrics']);
  });

  test('subscribe_withoutReply_isRetried', () => {
    const { clock } = connectedService();
    clock.advance(10_000 + 10_000);
    assert.equal(FakeSocket.last.commands('subscribe').length, 2);
  });

  test('subscribe_again_afterReplacementByPattern_isSent', () => {
    const { service } = connectedService();
    FakeSocket.last.confirm();
    service.subscribe({ channels: ['*'], latest: true });
    FakeSocket.last.receive({ type: 'subscribed', id: '2', channels: ['system.metrics'] });
    service.subscribe({ channels: ['system.metrics'] });
    assert.equal(FakeSocket.last.commands('subscribe').length, 3);
  });

  test('disconnect_rejectsPendingCalls_andKeepsSubscriptionForNextConnect', async () => {
    const { service, subscribed } = connectedService();
    service.disconnect();
    await assert.rejects(subscribed, { code: 'CLOSED' });
    const resubscribed = service.subscribe({ channels: ['system.metrics'] });
    service.connect();
    FakeSocket.last.welcome().confirm();
    assert.deepEqual(await resubscribed, ['system.metrics']);
    assert.equal(FakeSocket.last.commands('subscribe').length, 1);
  });

  test('unsubscribe_isSent_andChannelIsNotRequestedAgain', async () => {
    const { service, reconnect } = connectedService({ channels: ['system.metrics', 'workflow.metrics'] });
    FakeSocket.last.confirm();
    const done = service.unsubscribe(['workflow.metrics']);
    FakeSocket.last.receive({ type: 'unsubscribed', id: '2', channels: ['workflow.metrics'] });
    await done;
    reconnect();
    assert.deepEqual(FakeSocket.last.sent.map(({ data }) => data.channels), [['system.metrics']]);
  });

  test('unsubscribe_channelOfPattern_keepsOthers', () => {
    const { service, reconnect } = connectedService({ channels: ['*'] });
    FakeSocket.last.receive({ type: 'subscribed', id: '1', channels: ['a', 'b', 'c'] });
    service.unsubscribe(['b']);
    reconnect();
    assert.deepEqual(FakeSocket.last.sent.map(({ data }) => data.channels), [['a'], ['c']]);
  });

  test('unsubscribe_oneOfSeveral_beforeReply_keepsOthersUnchanged', async () => {
    const { service, subscribed, reconnect } = connectedService({ channels: ['a', 'b', 'c'] });
    service.unsubscribe(['a']);
    const position = (offset: number) => ({ epoch: 'e', offset });
    FakeSocket.last.receive({ type: 'subscribed', id: '1', channels: ['a', 'b', 'c'], positions: { a: position(1), b: position(2), c: position(3) } });
    assert.deepEqual(await subscribed, ['b', 'c']);
    reconnect();
    const positions = FakeSocket.last.commands('subscribe').map(({ data }) => ({ ...data.since }));
    assert.deepEqual(Object.assign({}, ...positions), { b: position(2), c: position(3) });
  });

  test('unsubscribe_oneOfSeveral_beforeConnect_confirmsOthersOnReply', async () => {
    const { service } = fakeService();
    const confirmedChannels: string[][] = [];
    const subscribed = service.subscribe({ channels: ['a', 'b'] }).then((confirmed) => confirmedChannels.push(confirmed));
    service.unsubscribe(['a']);
    service.connect();
    await flushPromises();
    assert.deepEqual(confirmedChannels, []);
    FakeSocket.last.welcome().confirm();
    await subscribed;
    assert.deepEqual(confirmedChannels, [['b']]);
  });

  test('unsubscribe_oneOfSeveral_thenRejected_rejects', async () => {
    const { service, subscribed } = connectedService({ channels: ['a', 'b', 'c'] });
    service.unsubscribe(['a']);
    FakeSocket.last.receive({ type: 'error', id: '1', message: 'Invalid subscription: unknown channel', code: 'UNKNOWN_CHANNEL' });
    await assert.rejects(subscribed, { code: 'UNKNOWN_CHANNEL' });
    assert.deepEqual(service.subscriptions, []);
  });

  test('unsubscribe_whilePatternIsPending_keepsPositionsOfOthers', () => {
    const { service, received, gaps, reconnect } = connectedService({ channels: ['*'] });
    FakeSocket.last.receive({ type: 'subscribed', id: '1', channels: ['system.metrics', 'b'], positions: { ...systemPosition(4), b: { epoch: 'e', offset: 1 } } });
    reconnect();
    const [{ id }] = FakeSocket.last.sent;
    service.unsubscribe(['b']);
    FakeSocket.last.receive({ type: 'subscribed', id, channels: ['system.metrics', 'b'], positions: { ...systemPosition(5, true), b: { epoch: 'e', offset: 1, recovered: true } } });
    FakeSocket.last.receive(sample(1, 5, { replayed: true }));
    assert.deepEqual([received, gaps, service.subscriptions], [[1], [{ channel: 'system.metrics', recovered: true }], [{ channels: ['system.metrics'] }]]);
  });

  test('callersObject_changedLater_doesNotAffectSubscription', () => {
    const options = { channels: ['system.metrics'], tags: { env: 'a' } };
    const { service } = fakeService();
    service.subscribe(options);
    options.tags.env = 'b';
    options.channels.push('other');
    assert.deepEqual(service.subscriptions, [{ channels: ['system.metrics'], tags: { env: 'a' } }]);
  });
});
