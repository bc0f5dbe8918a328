/** Tests of loading the MessagePack decoder on demand: frames that arrive meanwhile wait in order. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decoder } from '../src/codec.js';
import { Deferred } from '../src/deferred.js';
import type { MetricError } from '../src/errors.js';
import { FrameQueue } from '../src/frame-queue.js';
import { flushPromises } from './fakes.js';

const BINARY = new ArrayBuffer(1);

/** Creates a frame queue whose decoder loads, or fails to load, on demand. */
function createQueue() {
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
  const frames: unknown[] = [];
  const failures: MetricError[] = [];
  const queue = new FrameQueue((data) => frames.push(data), (error) => failures.push(error), messagePack);
  const finishLoading = (): Promise<void> => {
    state.isLoaded = true;
    loads.forEach((load) => load.resolve());
    return flushPromises();
  };
  return { queue, frames, failures, loads, finishLoading };
}

describe('the frame queue', () => {
  test('text_isReadImmediately_withoutDecoder', () => {
    const { queue, frames, loads } = createQueue();
    queue.add('a');
    queue.add('b');
    assert.deepEqual([frames, loads.length], [['a', 'b'], 0]);
  });

  test('binary_waitsForDecoder_andBlocksLaterFrames', async () => {
    const { queue, frames, loads, finishLoading } = createQueue();
    ['a', BINARY, 'b', BINARY, 'c'].forEach((frame) => queue.add(frame));
    assert.deepEqual([frames, loads.length], [['a'], 1]);
    await finishLoading();
    queue.add('d');
    queue.add(BINARY);
    assert.deepEqual([frames, loads.length], [['a', BINARY, 'b', BINARY, 'c', 'd', BINARY], 1]);
  });

  test('decoder_failsToLoad_reportsErrorOnce_andReadsNothing', async () => {
    const { queue, frames, failures, loads } = createQueue();
    queue.add(BINARY);
    queue.add('a');
    loads[0]!.reject(new Error('404'));
    await flushPromises();
    assert.deepEqual(frames, []);
    assert.deepEqual(failures.map(({ code, message }) => [code, message]), [
      ['DECODER', 'Failed to load the MessagePack decoder: 404. Without compression no decoder is needed'],
    ]);
  });

  test('decoder_neverLoads_failsAfterMaximumFrames', () => {
    const { queue, failures } = createQueue();
    for (let i = 0; i <= 10_000; i++) {
      queue.add(BINARY);
    }
    assert.deepEqual(failures.map(({ code }) => code), ['DECODER']);
  });

  test('close_whileLoading_readsAndReportsNothing', async () => {
    for (const outcome of ['loaded', 'failed']) {
      const { queue, frames, failures, loads, finishLoading } = createQueue();
      queue.add(BINARY);
      queue.close();
      await (outcome === 'loaded' ? finishLoading() : (loads[0]!.reject(new Error('404')), flushPromises()));
      assert.deepEqual([frames, failures], [[], []]);
    }
  });

  test('close_byListenerOfFirstWaitingFrame_isFinal', async () => {
    const frames: unknown[] = [];
    const { promise, resolve } = new Deferred<void>();
    const queue = new FrameQueue((data) => (frames.push(data), queue.close()), () => {}, { isLoaded: false, load: () => promise });
    queue.add(BINARY);
    queue.add('a');
    resolve();
    await flushPromises();
    assert.deepEqual(frames, [BINARY]);
  });
});
