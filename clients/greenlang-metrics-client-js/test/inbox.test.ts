/** The MessagePack decoder is loaded when it is needed; what comes meanwhile waits, in order. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decoder } from '../src/codec.js';
import { Deferred } from '../src/deferred.js';
import type { MetricError } from '../src/errors.js';
import { Inbox } from '../src/inbox.js';
import { settle } from './fakes.js';

const BINARY = new ArrayBuffer(1);

/** An inbox whose decoder comes, or does not, when the test says so. */
function inbox() {
  const loads: Deferred<void>[] = [];
  const state = { isLoaded: false };
  const messagePack: Decoder = {
    get isLoaded() {
      return state.isLoaded;
    },
    load() {
      loads.push(new Deferred());
      return loads.at(-1)!.promise;
    },
  };
  const read: unknown[] = [];
  const failures: MetricError[] = [];
  const made = new Inbox((data) => read.push(data), (error) => failures.push(error), messagePack);
  const loaded = (): Promise<void> => {
    state.isLoaded = true;
    loads.forEach((load) => load.resolve());
    return settle();
  };
  return { inbox: made, read, failures, loads, loaded };
}

describe('the inbox', () => {
  test('text_isReadAtOnce_andLoadsNothing', () => {
    const { inbox: box, read, loads } = inbox();
    box.add('a');
    box.add('b');
    assert.deepEqual([read, loads.length], [['a', 'b'], 0]);
  });

  test('binary_waitsForTheDecoder_andWhatFollowsWaitsBehindIt', async () => {
    const { inbox: box, read, loads, loaded } = inbox();
    ['a', BINARY, 'b', BINARY, 'c'].forEach((frame) => box.add(frame));
    assert.deepEqual([read, loads.length], [['a'], 1]);
    await loaded();
    box.add('d');
    box.add(BINARY);
    assert.deepEqual([read, loads.length], [['a', BINARY, 'b', BINARY, 'c', 'd', BINARY], 1]);
  });

  test('decoder_thatCannotBeLoaded_isToldOnce_andNothingIsRead', async () => {
    const { inbox: box, read, failures, loads } = inbox();
    box.add(BINARY);
    box.add('a');
    loads[0]!.reject(new Error('404'));
    await settle();
    assert.deepEqual(read, []);
    assert.deepEqual(failures.map(({ code, message }) => [code, message]), [
      ['DECODER', 'The MessagePack decoder cannot be loaded: 404. Without compression none is needed'],
    ]);
  });

  test('decoder_thatNeverComes_isNotWaitedForWithoutEnd', () => {
    const { inbox: box, failures } = inbox();
    for (let i = 0; i <= 10_000; i++) {
      box.add(BINARY);
    }
    assert.deepEqual(failures.map(({ code }) => code), ['DECODER']);
  });

  test('close_whileWaiting_readsNothing_andTellsNothing', async () => {
    for (const outcome of ['loaded', 'failed']) {
      const { inbox: box, read, failures, loads, loaded } = inbox();
      box.add(BINARY);
      box.close();
      await (outcome === 'loaded' ? loaded() : (loads[0]!.reject(new Error('404')), settle()));
      assert.deepEqual([read, failures], [[], []]);
    }
  });

  test('close_byTheFirstOfThoseThatWaited_isAnEnd', async () => {
    const read: unknown[] = [];
    const { promise, resolve } = new Deferred<void>();
    const box = new Inbox((data) => (read.push(data), box.close()), () => {}, { isLoaded: false, load: () => promise });
    box.add(BINARY);
    box.add('a');
    resolve();
    await settle();
    assert.deepEqual(read, [BINARY]);
  });
});
