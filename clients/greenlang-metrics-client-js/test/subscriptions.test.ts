/** Tests of subscriptions across connections: the client resumes, replays missed metrics once, or reports a gap. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Gap, MetricSubscription, SeriesLimit } from '../src/index.js';
import { FakeSocket, fakeService, metric, flushPromises } from './fakes.js';

const CPU: MetricSubscription = { channels: ['system.metrics'], tags: { env: 'production' }, aggregation_interval: '5s', compression: true };
const systemPosition = (offset: number, recovered?: boolean) => ({ 'system.metrics': { epoch: 'e', offset, ...(recovered !== undefined && { recovered }) } });

/** Creates a connected service and records the metrics and gaps that it delivers. */
function connectedService(subscription: MetricSubscription = { channels: ['system.metrics'] }, options = {}) {
  const fake = fakeService(options);
  const received: number[] = [];
  const gaps: Gap[] = [];
  fake.service.onMetric('system.metrics', ({ value }) => received.push(value));
  fake.service.onGap((gap) => gaps.push(gap));
  const subscribed = fake.service.subscribe(subscription);
  fake.service.connect();
  FakeSocket.last.welcome();
  /** Drops the connection and opens the next one. */
  const reconnect = () => {
    FakeSocket.last.drop();
    fake.service.connect();
    FakeSocket.last.welcome();
  };
  return { ...fake, received, gaps, subscribed, reconnect };
}

const sample = (value: number, offset: number, fields: object = {}) => ({ ...metric(`m${value}`, value), offset, ...fields });

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

describe('after a reconnect', () => {
  test('resubscription_keepsTagsIntervalAndEncoding_andSendsSince', () => {
    const { reconnect } = connectedService(CPU);
    FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 5)).receive(sample(2, 6));
    reconnect();
    const { channels, ...options } = CPU;
    const since = { 'system.metrics': { epoch: 'e', offset: 5 } };
    assert.deepEqual(FakeSocket.last.sent[0].data, { channels, ...options, resume: true, since }, 'publication 6 may be incomplete');
  });

  test('replay_isDeliveredInOrder_withoutDuplicates_andReported', () => {
    const { received, gaps, reconnect, service } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 5)).receive(sample(2, 6)).receive(sample(3, 6));
    reconnect();
    FakeSocket.last.confirm(systemPosition(8, true));
    [sample(2, 6), sample(3, 6), sample(4, 6), sample(5, 7)].forEach((each) => FakeSocket.last.receive({ ...each, replayed: true }));
    FakeSocket.last.receive(sample(6, 8));
    assert.deepEqual(received, [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: true }]);
    assert.equal(service.stats().duplicates, 2);
    assert.deepEqual(service.getBufferedMetrics().map(({ value }) => value), [1, 2, 3, 4, 5, 6], 'the buffer contains the replayed metrics');
  });

  test('replay_interruptedAgain_continuesAtItsPosition', () => {
    const { received, reconnect } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 5));
    reconnect();
    FakeSocket.last.confirm(systemPosition(9, true)).receive(sample(1, 5, { replayed: true })).receive(sample(2, 6, { replayed: true })).receive(sample(3, 7, { replayed: true }));
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 6 } });
    FakeSocket.last.confirm(systemPosition(9, true)).receive(sample(3, 7, { replayed: true })).receive(sample(4, 8, { replayed: true }));
    assert.deepEqual(received, [1, 2, 3, 4]);
  });

  test('batches_areComplete_andNotRequestedTwice', () => {
    const { received, reconnect } = connectedService({ channels: ['system.metrics'], batch: true });
    const batch = (offset: number, ...values: number[]) => ({ type: 'metrics', channel: 'system.metrics', metrics: values.map((value) => metric('m', value)), offset });
    FakeSocket.last.confirm(systemPosition(4)).receive(batch(5, 1, 2));
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 5 } });
    FakeSocket.last.confirm(systemPosition(6, true)).receive({ ...batch(6, 3), replayed: true }).receive({ ...batch(5, 1, 2), replayed: true });
    assert.deepEqual(received, [1, 2, 3]);
  });

  test('windows_closedTogether_areRequestedTogether', () => {
    const { received, reconnect } = connectedService(CPU);
    const window = (value: number, offset: number, second: number) =>
      ({ ...sample(value, offset), interval: '5s', count: 1, timestamp: `2025-11-08T12:00:${String(second).padStart(2, '0')}Z` });
    FakeSocket.last.confirm(systemPosition(4)).receive(window(1, 9, 0)).receive(window(2, 7, 0)).receive(window(3, 14, 5)).receive(window(4, 12, 5));
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 9 } });
    FakeSocket.last.confirm(systemPosition(14, true));
    [window(3, 14, 5), window(4, 12, 5), window(5, 11, 5), window(6, 20, 10)].forEach((each) => FakeSocket.last.receive({ ...each, replayed: true }));
    assert.deepEqual(received, [1, 2, 3, 4, 5, 6]);
  });

  test('gap_unrecoverable_isReported_andDeliveryContinues', () => {
    const { received, gaps, reconnect } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 5));
    reconnect();
    FakeSocket.last.confirm({ 'system.metrics': { epoch: 'f', offset: 2, recovered: false } }).receive(sample(9, 3));
    assert.deepEqual([received, gaps], [[1, 9], [{ channel: 'system.metrics', recovered: false }]]);
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'f', offset: 2 } });
  });

  test('gap_serverWithoutResume_isReported', () => {
    const { gaps, reconnect } = connectedService();
    FakeSocket.last.receive({ type: 'subscribed', channels: ['system.metrics'] }).receive(metric('m', 1));
    reconnect();
    FakeSocket.last.receive({ type: 'subscribed', channels: ['system.metrics'] });
    assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: false }]);
  });

  for (const resume of [true, false]) {
    test(`gap_duringReplacementOfSubscription_isReported (resume: ${resume})`, () => {
      const { service, gaps, reconnect } = connectedService({ channels: ['system.metrics'] }, { resume });
      FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 5));
      service.subscribe({ channels: ['system.metrics'], tags: { env: 'production' } });
      reconnect();
      const [{ data }] = FakeSocket.last.sent;
      assert.deepEqual(data.since, resume ? { 'system.metrics': { epoch: 'e', offset: 4 } } : undefined);
      FakeSocket.last.confirm(systemPosition(9, resume));
      assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: resume }]);
    });
  }

  test('gap_resumeDisabled_isReported', () => {
    const { gaps, reconnect } = connectedService({ channels: ['system.metrics'] }, { resume: false });
    FakeSocket.last.confirm();
    reconnect();
    assert.equal(FakeSocket.last.sent[0].data.resume, undefined);
    FakeSocket.last.confirm();
    assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: false }]);
  });

  test('lagged_isReported_andMergedValuesAreAcceptedInAnyOrder', () => {
    const { received, gaps, service } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive({ type: 'lagged', channel: 'system.metrics', missed: 40 });
    [sample(1, 90), sample(2, 60), sample(3, 75), sample(4, 91)].forEach((each) => FakeSocket.last.receive(each));
    assert.deepEqual([received, gaps, service.stats().missed], [[1, 2, 3, 4], [{ channel: 'system.metrics', missed: 40, recovered: false }], 40]);
  });

  test('lagged_unknownCount_isReportedWithoutCount_andResumesAtGivenPosition', () => {
    const { received, gaps, service, reconnect } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 5));
    FakeSocket.last.receive({ type: 'lagged', channel: 'system.metrics', missed: null, epoch: 'f/5s', offset: 12 }).receive(sample(2, 11));
    assert.deepEqual([received, gaps, service.stats().missed], [[1, 2], [{ channel: 'system.metrics', recovered: false }], 0]);
    assert.ok(!('missed' in gaps[0]!));
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'f/5s', offset: 12 } });
    FakeSocket.last.confirm({ 'system.metrics': { epoch: 'f/5s', offset: 13, recovered: true } }).receive({ ...sample(3, 13), replayed: true });
    assert.deepEqual([received, gaps.at(-1)], [[1, 2, 3], { channel: 'system.metrics', recovered: true }]);
  });

  test('lagged_withoutPosition_orUnsubscribedChannel_keepsPositions', () => {
    const { gaps, reconnect } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive({ type: 'lagged', channel: 'system.metrics', missed: null });
    FakeSocket.last.receive({ type: 'lagged', channel: 'other.metrics', missed: null, epoch: 'g', offset: 3 });
    assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: false }, { channel: 'other.metrics', recovered: false }]);
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 4 } });
  });

  test('seriesLimit_isReported_isNoGap_andKeepsPosition', () => {
    const { service, received, gaps, reconnect, loggedErrors } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive({ type: 'lagged', channel: 'system.metrics', missed: 2, reason: 'series_limit' });
    assert.match(String(loggedErrors), /system\.metrics is at its limit of series; 2 metrics of new series were dropped/);
    const limits: SeriesLimit[] = [];
    service.onSeriesLimit((limit) => limits.push(limit));
    FakeSocket.last.receive(sample(1, 5)).receive({ type: 'lagged', channel: 'system.metrics', missed: 300, reason: 'series_limit' });
    assert.deepEqual([limits, gaps, loggedErrors.length], [[{ channel: 'system.metrics', missed: 300 }], [], 1]);
    assert.deepEqual([service.stats().overSeriesLimit, service.stats().missed], [302, 0]);
    FakeSocket.last.receive(sample(2, 5));
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 4 } });
    FakeSocket.last.confirm(systemPosition(5, true)).receive(sample(1, 5, { replayed: true })).receive(sample(2, 5, { replayed: true })).receive(sample(3, 6));
    assert.deepEqual([received, gaps], [[1, 2, 3], [{ channel: 'system.metrics', recovered: true }]]);
  });

  test('lagged_ofUnknownReason_isGap', () => {
    const { gaps } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive({ type: 'lagged', channel: 'system.metrics', missed: 2, reason: 'novelty' });
    assert.deepEqual(gaps, [{ channel: 'system.metrics', missed: 2, recovered: false }]);
  });

  test('recovered_absent_isGapOnlyAfterReconnect', () => {
    const { gaps, received, reconnect } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 5));
    assert.deepEqual(gaps, []);
    reconnect();
    FakeSocket.last.confirm(systemPosition(9)).receive(sample(2, 10));
    assert.deepEqual([gaps, received], [[{ channel: 'system.metrics', recovered: false }], [1, 2]]);
  });

  test('latest_withReplay_repeatsNothing_andWithoutReplay_isDelivered', () => {
    const { received, reconnect } = connectedService({ channels: ['system.metrics'], latest: true });
    FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 5));
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 4 } });
    assert.equal(FakeSocket.last.sent[0].data.latest, true);
    FakeSocket.last.confirm(systemPosition(5, true)).receive(sample(0, 3)).receive(sample(1, 5, { replayed: true })).receive(sample(2, 6));
    reconnect();
    FakeSocket.last.confirm({ 'system.metrics': { epoch: 'f', offset: 9, recovered: false } }).receive(sample(3, 8)).receive(sample(4, 10));
    assert.deepEqual(received, [1, 2, 3, 4]);
  });

  test('resubscribe_inConnectionListener_sendsNothingTwice', () => {
    const { service, reconnect } = connectedService();
    service.onConnectionChange((isConnected) => isConnected && service.subscribe({ channels: ['system.metrics'] }));
    reconnect();
    assert.equal(FakeSocket.last.commands('subscribe').length, 1);
  });

  test('channel_missingAfterRestart_isRetried_andDelaysNoOther', () => {
    const { service, reconnect, clock } = connectedService({ channels: ['system.metrics', 'late.metrics'] });
    FakeSocket.last.confirm();
    reconnect();
    const { id } = FakeSocket.last.sent[0];
    FakeSocket.last.receive({ type: 'error', id, message: 'Invalid subscription: unknown channel', code: 'UNKNOWN_CHANNEL' });
    clock.advance(10_000);
    assert.deepEqual(FakeSocket.last.commands('subscribe').slice(1).map(({ data }) => data.channels), [['system.metrics'], ['late.metrics']]);
    assert.equal(service.subscriptions.length, 2);
  });

  test('nameAfterPattern_resumesAtItsPosition_unaffectedByPattern', () => {
    const { service, reconnect, received, gaps } = connectedService({ channels: ['*'], metrics: ['none'] });
    FakeSocket.last.receive({ type: 'subscribed', id: '1', channels: ['system.metrics'], positions: systemPosition(3) });
    service.subscribe({ channels: ['system.metrics'] });
    FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 5));
    reconnect();
    assert.deepEqual(FakeSocket.last.sent.map(({ data }) => data.since), [undefined, { 'system.metrics': { epoch: 'e', offset: 4 } }]);
    const [{ id }, second] = FakeSocket.last.sent;
    FakeSocket.last.receive({ type: 'subscribed', id, channels: ['system.metrics'], positions: systemPosition(6) });
    FakeSocket.last.receive({ type: 'subscribed', id: second.id, channels: ['system.metrics'], positions: systemPosition(6, true) });
    FakeSocket.last.receive(sample(1, 5, { replayed: true })).receive(sample(2, 6, { replayed: true }));
    assert.deepEqual([received, gaps], [[1, 2], [{ channel: 'system.metrics', recovered: true }]]);
  });

  test('disconnectThenConnect_resumes', () => {
    const { service } = connectedService();
    FakeSocket.last.confirm(systemPosition(4));
    service.disconnect();
    service.connect();
    FakeSocket.last.welcome();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 4 } });
  });
});

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
