/** Tests of subscriptions across connections: the client resumes, replays missed metrics once, or reports a gap. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SeriesLimit } from '../src/index.js';
import { CPU, connectedService, sample, systemPosition } from './connected-service.js';
import { FakeSocket, metric } from './fakes.js';

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

  test('firstPublication_interrupted_itsRestIsDelivered', () => {
    const { received, reconnect } = connectedService();
    FakeSocket.last.confirm(systemPosition(4)).receive(sample(1, 4)); // all frames but the last carry the previous offset
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 4 } });
    FakeSocket.last.confirm(systemPosition(6, true));
    [sample(1, 4), sample(2, 4), sample(3, 5), sample(4, 5)].forEach((each) => FakeSocket.last.receive({ ...each, replayed: true }));
    reconnect();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 4 } });
    FakeSocket.last.confirm(systemPosition(6, true));
    [sample(1, 4), sample(2, 4), sample(3, 5), sample(4, 5), sample(5, 6)].forEach((each) => FakeSocket.last.receive({ ...each, replayed: true }));
    assert.deepEqual(received, [1, 2, 3, 4, 5]);
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
