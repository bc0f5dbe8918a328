/** A thousand random cuts against a model of the server: what was seen is what was published, in order, once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricSubscription } from '../src/index.js';
import { FakeSocket, fake, metric } from './fakes.js';

const CUTS = 1_000;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** A small generator of random numbers (mulberry32), so that a run can be had again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

interface Frame {
  offset: number;
  [field: string]: unknown;
}

/** The frames of one publication, or of one window, as each form of subscription gets them. */
const FORMS: Record<string, { wishes: Partial<MetricSubscription>; frames(offset: number, values: number[]): Frame[] }> = {
  'one by one': { wishes: {}, frames: (offset, values) => values.map((value) => ({ ...metric(`m${value % 3}`, value), offset })) },
  'in batches': {
    wishes: { batch: true },
    frames: (offset, values) => [{ type: 'metrics', channel: 'system.metrics', metrics: values.map((value) => metric('m', value)), offset }],
  },
  'as windows': {
    wishes: { aggregation_interval: '1s' },
    frames: (offset, values) =>
      values.map((value) => ({ ...metric(`m${value}`, value), interval: '1s', count: 1, timestamp: new Date(offset * 1_000).toISOString(), offset })),
  },
  'as snapshots': {
    wishes: { format: 'snapshot' },
    frames: (offset, values) =>
      values.map((value) => ({ channel: 'system.metrics', timestamp: '2025-11-08T12:00:00Z', tags: { v: String(value) }, m: { v: value }, offset })),
  },
};

for (const [name, { wishes, frames }] of Object.entries(FORMS)) {
  test(`aThousandCuts_${name.replaceAll(' ', '_')}_loseNothingAndRepeatNothing (seed ${SEED})`, () => {
    const below = random(SEED);
    const { service } = fake();
    const seen: number[] = [];
    const told: boolean[] = [];
    service.onMetric('system.metrics', ({ value }) => seen.push(value));
    service.onGap(({ recovered }) => told.push(recovered));
    service.subscribe({ channels: ['system.metrics'], ...wishes });
    const log: Frame[][] = [];
    let published = 0;
    const publish = (): Frame[] => {
      const made = frames(log.length, Array.from({ length: 1 + below(4) }, () => published++));
      log.push(made);
      return made;
    };
    for (let cut = 0; cut < CUTS; cut++) {
      service.connect();
      FakeSocket.last.welcomes();
      const since = FakeSocket.last.commands('subscribe').at(-1).data.since?.['system.metrics']?.offset;
      if (below(10) > 0) { // now and then it is cut before it has been answered
        FakeSocket.last.confirms({ 'system.metrics': { epoch: 'e', offset: log.length - 1, ...(since !== undefined && { recovered: true }) } });
        const replay = (since === undefined ? [] : log.slice(since + 1)).flat().map((frame) => ({ ...frame, replayed: true }));
        const live = Array.from({ length: below(5) }, publish).flat();
        const all = [...replay, ...live];
        all.slice(0, below(4) === 0 ? below(all.length + 1) : all.length).forEach((frame) => FakeSocket.last.says(frame));
      } else if (cut > 0) {
        publish();
      }
      FakeSocket.last.drops();
      if (since === undefined && log.length === 0) {
        publish();
      }
    }
    service.connect();
    FakeSocket.last.welcomes();
    const since = FakeSocket.last.commands('subscribe').at(-1).data.since['system.metrics'].offset;
    FakeSocket.last.confirms({ 'system.metrics': { epoch: 'e', offset: log.length - 1, recovered: true } });
    log.slice(since + 1).flat().forEach((frame) => FakeSocket.last.says({ ...frame, replayed: true }));
    const first = seen[0]!;
    assert.deepEqual(seen, Array.from({ length: published - first }, (_, i) => first + i));
    assert.ok(told.every(Boolean) && told.length > CUTS / 2);
  });
}
