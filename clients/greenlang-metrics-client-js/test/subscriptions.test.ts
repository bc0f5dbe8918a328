/** What is wanted outlives the connection; what was missed is asked for, played once, or told. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Gap, MetricSubscription } from '../src/index.js';
import { FakeSocket, fake, metric, settle } from './fakes.js';

const CPU: MetricSubscription = { channels: ['system.metrics'], tags: { env: 'production' }, aggregation_interval: '5s', compression: true };
const AT = (offset: number, recovered?: boolean) => ({ 'system.metrics': { epoch: 'e', offset, ...(recovered !== undefined && { recovered }) } });

/** A service that is connected, and a record of what it saw. */
function connected(subscription: MetricSubscription = { channels: ['system.metrics'] }, options = {}) {
  const all = fake(options);
  const seen: number[] = [];
  const gaps: Gap[] = [];
  all.service.onMetric('system.metrics', ({ value }) => seen.push(value));
  all.service.onGap((gap) => gaps.push(gap));
  const answer = all.service.subscribe(subscription);
  all.service.connect();
  FakeSocket.last.welcomes();
  /** Cuts the connection and lets the next one begin. */
  const cut = () => {
    FakeSocket.last.drops();
    all.service.connect();
    FakeSocket.last.welcomes();
  };
  return { ...all, seen, gaps, answer, cut };
}

const reading = (value: number, offset: number, more: object = {}) => ({ ...metric(`m${value}`, value), offset, ...more });

describe('subscribing', () => {
  test('subscribe_beforeConnect_isSentAfterTheWelcome_andConfirmed', async () => {
    const { answer } = connected(CPU);
    const { channels, ...wishes } = CPU;
    assert.deepEqual(FakeSocket.last.sent, [{ type: 'subscribe', id: '1', data: { channels, ...wishes, resume: true } }]);
    FakeSocket.last.confirms();
    assert.deepEqual(await answer, ['system.metrics']);
  });

  test('subscribe_again_isIdempotent', async () => {
    const { service } = connected(CPU);
    FakeSocket.last.confirms();
    assert.deepEqual(await service.subscribe({ ...CPU }), ['system.metrics']);
    assert.equal(FakeSocket.last.sent.length, 1);
  });

  test('subscribe_otherwise_replacesIt', () => {
    const { service } = connected({ channels: ['system.metrics', 'workflow.metrics'] });
    FakeSocket.last.confirms();
    service.subscribe({ channels: ['system.metrics'], latest: true });
    assert.deepEqual(service.subscriptions, [{ channels: ['workflow.metrics'] }, { channels: ['system.metrics'], latest: true }]);
    assert.deepEqual(FakeSocket.last.commands('subscribe').map(({ data }) => data.channels), [['system.metrics', 'workflow.metrics'], ['system.metrics']]);
  });

  test('subscribe_refused_rejectsTellsAndForgets', async () => {
    const { service, answer, complaints } = connected({ channels: ['nonsense'] });
    FakeSocket.last.says({ type: 'error', id: '1', message: 'Invalid subscription: unknown channel', code: 'UNKNOWN_CHANNEL' });
    await assert.rejects(answer, { code: 'UNKNOWN_CHANNEL', message: 'Invalid subscription: unknown channel' });
    assert.deepEqual([service.subscriptions, complaints.length], [[], 1]);
  });

  test('subscribe_unawaitedAndRefused_raisesNoUnhandledRejection', async () => {
    const raised: unknown[] = [];
    const note = (reason: unknown) => raised.push(reason);
    process.on('unhandledRejection', note);
    connected({ channels: ['nonsense'] });
    FakeSocket.last.says({ type: 'error', id: '1', message: 'x', code: 'BAD_SUBSCRIPTION' });
    await settle();
    process.off('unhandledRejection', note);
    assert.deepEqual(raised, []);
  });

  test('subscribe_toAServerWithoutIds_isConfirmedAllTheSame', async () => {
    const { answer } = connected();
    FakeSocket.last.says({ type: 'subscribed', channels: ['system.metrics'] });
    assert.deepEqual(await answer, ['system.metrics']);
  });

  test('subscribe_overTheRateLimit_isAskedAgain', async () => {
    const { answer, time } = connected();
    FakeSocket.last.says({ type: 'error', id: '1', message: 'Rate limit exceeded', code: 'RATE_LIMITED' });
    time.tick(10_000);
    FakeSocket.last.confirms();
    assert.deepEqual(await answer, ['system.metrics']);
  });

  test('subscribe_thatIsNotAnswered_isAskedAgain', () => {
    const { time } = connected();
    time.tick(10_000 + 10_000);
    assert.equal(FakeSocket.last.commands('subscribe').length, 2);
  });

  test('subscribe_again_afterAPatternHasReplacedIt_isSent', () => {
    const { service } = connected();
    FakeSocket.last.confirms();
    service.subscribe({ channels: ['*'], latest: true });
    FakeSocket.last.says({ type: 'subscribed', id: '2', channels: ['system.metrics'] });
    service.subscribe({ channels: ['system.metrics'] });
    assert.equal(FakeSocket.last.commands('subscribe').length, 3);
  });

  test('disconnect_rejectsWhoWaits_andKeepsTheWishForTheNextConnect', async () => {
    const { service, answer } = connected();
    service.disconnect();
    await assert.rejects(answer, { code: 'CLOSED' });
    const again = service.subscribe({ channels: ['system.metrics'] });
    service.connect();
    FakeSocket.last.welcomes().confirms();
    assert.deepEqual(await again, ['system.metrics']);
    assert.equal(FakeSocket.last.commands('subscribe').length, 1);
  });

  test('unsubscribe_isSentAndNotRenewed', async () => {
    const { service, cut } = connected({ channels: ['system.metrics', 'workflow.metrics'] });
    FakeSocket.last.confirms();
    const done = service.unsubscribe(['workflow.metrics']);
    FakeSocket.last.says({ type: 'unsubscribed', id: '2', channels: ['workflow.metrics'] });
    await done;
    cut();
    assert.deepEqual(FakeSocket.last.sent.map(({ data }) => data.channels), [['system.metrics']]);
  });

  test('unsubscribe_ofOneThatAPatternBrought_keepsTheOthers', () => {
    const { service, cut } = connected({ channels: ['*'] });
    FakeSocket.last.says({ type: 'subscribed', id: '1', channels: ['a', 'b', 'c'] });
    service.unsubscribe(['b']);
    cut();
    assert.deepEqual(FakeSocket.last.sent.map(({ data }) => data.channels), [['a'], ['c']]);
  });

  test('unsubscribe_ofOneOfSeveral_beforeTheAnswer_leavesTheOthersAsTheyWouldBe', async () => {
    const { service, answer, cut } = connected({ channels: ['a', 'b', 'c'] });
    service.unsubscribe(['a']);
    const at = (offset: number, more = {}) => ({ epoch: 'e', offset, ...more });
    FakeSocket.last.says({ type: 'subscribed', id: '1', channels: ['a', 'b', 'c'], positions: { a: at(1), b: at(2), c: at(3) } });
    assert.deepEqual(await answer, ['b', 'c']);
    cut();
    const asked = FakeSocket.last.commands('subscribe').map(({ data }) => ({ ...data.since }));
    assert.deepEqual(Object.assign({}, ...asked), { b: at(2), c: at(3) });
  });

  test('unsubscribe_ofOneOfSeveral_beforeConnect_confirmsTheOthersWhenTheyAre', async () => {
    const { service } = fake();
    const channels: string[][] = [];
    const answer = service.subscribe({ channels: ['a', 'b'] }).then((confirmed) => channels.push(confirmed));
    service.unsubscribe(['a']);
    service.connect();
    await settle();
    assert.deepEqual(channels, []);
    FakeSocket.last.welcomes().confirms();
    await answer;
    assert.deepEqual(channels, [['b']]);
  });

  test('unsubscribe_ofOneOfSeveral_thenRefused_rejects', async () => {
    const { service, answer } = connected({ channels: ['a', 'b', 'c'] });
    service.unsubscribe(['a']);
    FakeSocket.last.says({ type: 'error', id: '1', message: 'Invalid subscription: unknown channel', code: 'UNKNOWN_CHANNEL' });
    await assert.rejects(answer, { code: 'UNKNOWN_CHANNEL' });
    assert.deepEqual(service.subscriptions, []);
  });

  test('unsubscribe_whileAPatternIsAskedAgain_losesNoPlaceOfTheOthers', () => {
    const { service, seen, gaps, cut } = connected({ channels: ['*'] });
    FakeSocket.last.says({ type: 'subscribed', id: '1', channels: ['system.metrics', 'b'], positions: { ...AT(4), b: { epoch: 'e', offset: 1 } } });
    cut();
    const [{ id }] = FakeSocket.last.sent;
    service.unsubscribe(['b']);
    FakeSocket.last.says({ type: 'subscribed', id, channels: ['system.metrics', 'b'], positions: { ...AT(5, true), b: { epoch: 'e', offset: 1, recovered: true } } });
    FakeSocket.last.says(reading(1, 5, { replayed: true }));
    assert.deepEqual([seen, gaps, service.subscriptions], [[1], [{ channel: 'system.metrics', recovered: true }], [{ channels: ['system.metrics'] }]]);
  });

  test('changingTheCallersObject_changesNothing', () => {
    const wishes = { channels: ['system.metrics'], tags: { env: 'a' } };
    const { service } = fake();
    service.subscribe(wishes);
    wishes.tags.env = 'b';
    wishes.channels.push('other');
    assert.deepEqual(service.subscriptions, [{ channels: ['system.metrics'], tags: { env: 'a' } }]);
  });
});

describe('b. after a cut', () => {
  test('resubscription_hasTagsIntervalEncodingAndSince', () => {
    const { cut } = connected(CPU);
    FakeSocket.last.confirms(AT(4)).says(reading(1, 5)).says(reading(2, 6));
    cut();
    const { channels, ...wishes } = CPU;
    const since = { 'system.metrics': { epoch: 'e', offset: 5 } };
    assert.deepEqual(FakeSocket.last.sent[0].data, { channels, ...wishes, resume: true, since }, 'of 6 more may have come');
  });

  test('replay_isPlayedInOrder_withoutDuplicates_andTold', () => {
    const { seen, gaps, cut, service } = connected();
    FakeSocket.last.confirms(AT(4)).says(reading(1, 5)).says(reading(2, 6)).says(reading(3, 6));
    cut();
    FakeSocket.last.confirms(AT(8, true));
    [reading(2, 6), reading(3, 6), reading(4, 6), reading(5, 7)].forEach((each) => FakeSocket.last.says({ ...each, replayed: true }));
    FakeSocket.last.says(reading(6, 8));
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: true }]);
    assert.equal(service.stats().duplicates, 2);
    assert.deepEqual(service.getBufferedMetrics().map(({ value }) => value), [1, 2, 3, 4, 5, 6], 'the buffer has what the resume brought');
  });

  test('replay_thatIsCutAgain_goesOnWhereItWas', () => {
    const { seen, cut } = connected();
    FakeSocket.last.confirms(AT(4)).says(reading(1, 5));
    cut();
    FakeSocket.last.confirms(AT(9, true)).says(reading(1, 5, { replayed: true })).says(reading(2, 6, { replayed: true })).says(reading(3, 7, { replayed: true }));
    cut();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 6 } });
    FakeSocket.last.confirms(AT(9, true)).says(reading(3, 7, { replayed: true })).says(reading(4, 8, { replayed: true }));
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  test('batches_areWhole_soNothingIsAskedTwice', () => {
    const { seen, cut } = connected({ channels: ['system.metrics'], batch: true });
    const batch = (offset: number, ...values: number[]) => ({ type: 'metrics', channel: 'system.metrics', metrics: values.map((value) => metric('m', value)), offset });
    FakeSocket.last.confirms(AT(4)).says(batch(5, 1, 2));
    cut();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 5 } });
    FakeSocket.last.confirms(AT(6, true)).says({ ...batch(6, 3), replayed: true }).says({ ...batch(5, 1, 2), replayed: true });
    assert.deepEqual(seen, [1, 2, 3]);
  });

  test('windows_thatEndTogether_areAskedForTogether', () => {
    const { seen, cut } = connected(CPU);
    const closing = (value: number, offset: number, second: number) =>
      ({ ...reading(value, offset), interval: '5s', count: 1, timestamp: `2025-11-08T12:00:${String(second).padStart(2, '0')}Z` });
    FakeSocket.last.confirms(AT(4)).says(closing(1, 9, 0)).says(closing(2, 7, 0)).says(closing(3, 14, 5)).says(closing(4, 12, 5));
    cut();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 9 } });
    FakeSocket.last.confirms(AT(14, true));
    [closing(3, 14, 5), closing(4, 12, 5), closing(5, 11, 5), closing(6, 20, 10)].forEach((each) => FakeSocket.last.says({ ...each, replayed: true }));
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6]);
  });

  test('gap_thatTheServerCannotFill_isTold_andLifeGoesOn', () => {
    const { seen, gaps, cut } = connected();
    FakeSocket.last.confirms(AT(4)).says(reading(1, 5));
    cut();
    FakeSocket.last.confirms({ 'system.metrics': { epoch: 'f', offset: 2, recovered: false } }).says(reading(9, 3));
    assert.deepEqual([seen, gaps], [[1, 9], [{ channel: 'system.metrics', recovered: false }]]);
    cut();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'f', offset: 2 } });
  });

  test('gap_ofAServerThatKnowsNoResume_isTold', () => {
    const { gaps, cut } = connected();
    FakeSocket.last.says({ type: 'subscribed', channels: ['system.metrics'] }).says(metric('m', 1));
    cut();
    FakeSocket.last.says({ type: 'subscribed', channels: ['system.metrics'] });
    assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: false }]);
  });

  for (const resume of [true, false]) {
    test(`gap_whileASubscriptionIsBeingReplaced_isTold (resume: ${resume})`, () => {
      const { service, gaps, cut } = connected({ channels: ['system.metrics'] }, { resume });
      FakeSocket.last.confirms(AT(4)).says(reading(1, 5));
      service.subscribe({ channels: ['system.metrics'], tags: { env: 'production' } });
      cut();
      const [{ data }] = FakeSocket.last.sent;
      assert.deepEqual(data.since, resume ? { 'system.metrics': { epoch: 'e', offset: 4 } } : undefined);
      FakeSocket.last.confirms(AT(9, resume));
      assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: resume }]);
    });
  }

  test('gap_withoutResume_isTold', () => {
    const { gaps, cut } = connected({ channels: ['system.metrics'] }, { resume: false });
    FakeSocket.last.confirms();
    cut();
    assert.equal(FakeSocket.last.sent[0].data.resume, undefined);
    FakeSocket.last.confirms();
    assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: false }]);
  });

  test('lagged_isTold_andTheMergedValuesAreTaken_whateverTheirOrder', () => {
    const { seen, gaps, service } = connected();
    FakeSocket.last.confirms(AT(4)).says({ type: 'lagged', channel: 'system.metrics', missed: 40 });
    [reading(1, 90), reading(2, 60), reading(3, 75), reading(4, 91)].forEach((each) => FakeSocket.last.says(each));
    assert.deepEqual([seen, gaps, service.stats().missed], [[1, 2, 3, 4], [{ channel: 'system.metrics', missed: 40, recovered: false }], 40]);
  });

  test('lagged_byNobodyKnowsHowMuch_isToldWithoutACount_andGoesOnFromWhereTheServerSays', () => {
    const { seen, gaps, service, cut } = connected();
    FakeSocket.last.confirms(AT(4)).says(reading(1, 5));
    FakeSocket.last.says({ type: 'lagged', channel: 'system.metrics', missed: null, epoch: 'f/5s', offset: 12 }).says(reading(2, 11));
    assert.deepEqual([seen, gaps, service.stats().missed], [[1, 2], [{ channel: 'system.metrics', recovered: false }], 0]);
    assert.ok(!('missed' in gaps[0]!));
    cut();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'f/5s', offset: 12 } });
    FakeSocket.last.confirms({ 'system.metrics': { epoch: 'f/5s', offset: 13, recovered: true } }).says({ ...reading(3, 13), replayed: true });
    assert.deepEqual([seen, gaps.at(-1)], [[1, 2, 3], { channel: 'system.metrics', recovered: true }]);
  });

  test('lagged_withoutAPlace_orOfAChannelThatIsNotFollowed_movesNothing', () => {
    const { gaps, cut } = connected();
    FakeSocket.last.confirms(AT(4)).says({ type: 'lagged', channel: 'system.metrics', missed: null });
    FakeSocket.last.says({ type: 'lagged', channel: 'other.metrics', missed: null, epoch: 'g', offset: 3 });
    assert.deepEqual(gaps, [{ channel: 'system.metrics', recovered: false }, { channel: 'other.metrics', recovered: false }]);
    cut();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 4 } });
  });

  test('latest_whereAReplayComes_repeatsNothing_andWhereNoneCanCome_isThere', () => {
    const { seen, cut } = connected({ channels: ['system.metrics'], latest: true });
    FakeSocket.last.confirms(AT(4)).says(reading(1, 5));
    cut();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 4 } });
    assert.equal(FakeSocket.last.sent[0].data.latest, true);
    FakeSocket.last.confirms(AT(5, true)).says(reading(0, 3)).says(reading(1, 5, { replayed: true })).says(reading(2, 6));
    cut();
    FakeSocket.last.confirms({ 'system.metrics': { epoch: 'f', offset: 9, recovered: false } }).says(reading(3, 8)).says(reading(4, 10));
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  test('resubscriptionInTheListener_asTheSpecShows_asksNothingTwice', () => {
    const { service, cut } = connected();
    service.onConnectionChange((isConnected) => isConnected && service.subscribe({ channels: ['system.metrics'] }));
    cut();
    assert.equal(FakeSocket.last.commands('subscribe').length, 1);
  });

  test('aChannelThatIsNotThereYetAfterARestart_isAskedForAgain_andHoldsUpNoOther', () => {
    const { service, cut, time } = connected({ channels: ['system.metrics', 'late.metrics'] });
    FakeSocket.last.confirms();
    cut();
    const { id } = FakeSocket.last.sent[0];
    FakeSocket.last.says({ type: 'error', id, message: 'Invalid subscription: unknown channel', code: 'UNKNOWN_CHANNEL' });
    time.tick(10_000);
    assert.deepEqual(FakeSocket.last.commands('subscribe').slice(1).map(({ data }) => data.channels), [['system.metrics'], ['late.metrics']]);
    assert.equal(service.subscriptions.length, 2);
  });

  test('aNameAfterAPattern_goesOnWhereItWas_andThePatternDoesNotDisturbIt', () => {
    const { service, cut, seen, gaps } = connected({ channels: ['*'], metrics: ['none'] });
    FakeSocket.last.says({ type: 'subscribed', id: '1', channels: ['system.metrics'], positions: AT(3) });
    service.subscribe({ channels: ['system.metrics'] });
    FakeSocket.last.confirms(AT(4)).says(reading(1, 5));
    cut();
    assert.deepEqual(FakeSocket.last.sent.map(({ data }) => data.since), [undefined, { 'system.metrics': { epoch: 'e', offset: 4 } }]);
    const [{ id }, second] = FakeSocket.last.sent;
    FakeSocket.last.says({ type: 'subscribed', id, channels: ['system.metrics'], positions: AT(6) });
    FakeSocket.last.says({ type: 'subscribed', id: second.id, channels: ['system.metrics'], positions: AT(6, true) });
    FakeSocket.last.says(reading(1, 5, { replayed: true })).says(reading(2, 6, { replayed: true }));
    assert.deepEqual([seen, gaps], [[1, 2], [{ channel: 'system.metrics', recovered: true }]]);
  });

  test('disconnectAndConnect_byHand_resumesToo', () => {
    const { service } = connected();
    FakeSocket.last.confirms(AT(4));
    service.disconnect();
    service.connect();
    FakeSocket.last.welcomes();
    assert.deepEqual(FakeSocket.last.sent[0].data.since, { 'system.metrics': { epoch: 'e', offset: 4 } });
  });
});

describe('h. listeners', () => {
  test('throwingListener_affectsNobody', () => {
    const { service, seen, complaints } = connected();
    const after: number[] = [];
    service.onMetric('system.metrics', () => {
      throw new Error('mine');
    });
    service.onMetric('*', ({ value }) => after.push(value));
    FakeSocket.last.says(reading(1, 1)).says(reading(2, 2));
    assert.deepEqual([seen, after, complaints.length, service.state], [[1, 2], [1, 2], 2, 'connected']);
  });

  test('asyncListenerThatRejects_isReported_andRaisesNoUnhandledRejection', async () => {
    const { service, complaints } = connected();
    const raised: unknown[] = [];
    const note = (reason: unknown) => raised.push(reason);
    process.on('unhandledRejection', note);
    service.onMetric('system.metrics', async () => {
      throw new Error('mine');
    });
    FakeSocket.last.says(reading(1, 1));
    await settle();
    process.off('unhandledRejection', note);
    assert.deepEqual([raised, complaints.map(([what]) => what)], [[], ['An onMetric listener failed']]);
  });

  test('listener_isCalledForItsChannelOnly_andTakenOffInThreeWays', () => {
    const { service, seen } = connected();
    const calls: string[] = [];
    const controller = new AbortController();
    const off = service.onMetric('system.metrics', () => calls.push('one'));
    const two = () => calls.push('two');
    service.onMetric('system.*', two);
    service.onMetric('system.metrics', () => calls.push('three'), { signal: controller.signal });
    service.onMetric('system.metrics', () => calls.push('never'), { signal: AbortSignal.abort() });
    service.onMetric('other', () => calls.push('other'));
    FakeSocket.last.says(reading(1, 1));
    off();
    service.offMetric('system.*', two);
    controller.abort();
    FakeSocket.last.says(reading(2, 2));
    assert.deepEqual([calls, seen], [['one', 'three', 'two'], [1, 2]]);
  });
});

describe('iterator, buffer, history', () => {
  test('metrics_canBeIterated_andEndsWithTheService', async () => {
    const { service } = connected();
    const got: number[] = [];
    const reader = (async () => {
      for await (const { value } of service.metrics('system.metrics')) {
        got.push(value);
      }
    })();
    FakeSocket.last.says(reading(1, 1)).says(reading(2, 2));
    await settle();
    service.disconnect();
    await reader;
    assert.deepEqual(got, [1, 2]);
  });

  test('metrics_ofASlowReader_losesTheOldest_andCountsThem', async () => {
    const { service } = connected({ channels: ['system.metrics'] }, { bufferSize: 2 });
    const iterator = service.metrics('system.metrics');
    [1, 2, 3].forEach((value) => FakeSocket.last.says(reading(value, value)));
    assert.equal((await iterator.next()).value.value, 2);
    assert.equal(service.stats().dropped, 1);
    await iterator.return?.();
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  });

  test('buffer_holdsTheLast_inAnyState', () => {
    const { service } = connected({ channels: ['system.metrics'] }, { bufferSize: 3 });
    [1, 2, 3, 4, 5].forEach((value) => FakeSocket.last.says(reading(value, value)));
    service.disconnect();
    assert.deepEqual(service.getBufferedMetrics().map(({ value }) => value), [3, 4, 5]);
    assert.deepEqual(service.getBufferedMetrics({ name: 'm4', channel: 'system.metrics', tags: { host: 'h' } }).length, 1);
    service.clearBuffer();
    assert.deepEqual(service.getBufferedMetrics(), []);
  });

  test('history_isAskedPageByPage_oneQuestionAtATime_andAgainAfterACut', async () => {
    const { service, cut } = connected();
    const first = service.getHistory({ channel: 'c', start_time: new Date(0), end_time: '2025-11-08T12:00:00Z' });
    const second = service.getHistory({ channel: 'd', start_time: new Date(0), limit: 1 });
    const asked = () => FakeSocket.last.commands('get_history');
    const page = (channel: string, values: number[], more: object) =>
      FakeSocket.last.says({ type: 'history', id: asked().at(-1).id, channel, metrics: values.map((value) => metric('m', value)), ...more });
    assert.deepEqual(asked().map(({ data }) => data), [{ channel: 'c', start_time: '1970-01-01T00:00:00.000Z', end_time: '2025-11-08T12:00:00Z' }]);
    page('c', [1], { complete: false, cursor: 'next' });
    cut();
    assert.equal(asked()[0].data.cursor, 'next');
    page('c', [2], { complete: true });
    page('d', [3, 4], { complete: false, cursor: 'more' });
    assert.deepEqual([(await first).map(({ value }) => value), (await second).map(({ value }) => value)], [[1, 2], [3]]);
  });

  test('history_refused_rejects_andTheNextIsAsked', async () => {
    const { service } = connected();
    const [bad, good] = ['a', 'b'].map((channel) => service.getHistory({ channel, start_time: new Date(0) }));
    FakeSocket.last.says({ type: 'error', id: '2', message: 'History error: this server keeps no history', code: 'HISTORY_UNAVAILABLE' });
    await assert.rejects(bad!, { code: 'HISTORY_UNAVAILABLE' });
    FakeSocket.last.says({ type: 'history', id: '3', channel: 'b', metrics: [], complete: true });
    assert.deepEqual(await good, []);
  });

  test('history_thatCannotBeSent_isRefusedInWords_andEndsNoConnection', () => {
    const { service } = connected();
    assert.throws(() => service.getHistory({ channel: 'c', start_time: new Date(0), limit: 5n as never }), TypeError);
    assert.throws(() => service.getHistory({ channel: 'c', start_time: new Date(0), tags: { a: 1n as never } }), TypeError);
    assert.deepEqual([service.state, FakeSocket.last.commands('get_history')], ['connected', []]);
  });

  test('history_fromNoTime_isRefusedInWords', () => {
    assert.throws(() => fake().service.getHistory({ channel: 'c', start_time: 'yesterday' }), /"yesterday" is no time/);
  });
});
