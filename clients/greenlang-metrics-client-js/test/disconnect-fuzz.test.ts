/** A fuzz test with a thousand random disconnects against a model of the server: the client receives every publication once, in order. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricSubscription } from '../src/index.js';
import { FakeSocket, fakeService, metric } from './fakes.js';

const DISCONNECTS = 1_000;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Creates a reproducible random number generator (mulberry32). */
function randomGenerator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

interface Frame {
  offset: number;
  [field: string]: unknown;
}

/** The frames of one publication, or of one window, in each form of subscription. */
const FORMS: Record<string, { options: Partial<MetricSubscription>; frames(offset: number, values: number[]): Frame[] }> = {
  'as single metrics': { options: {}, frames: (offset, values) => values.map((value) => ({ ...metric(`m${value % 3}`, value), offset })) },
  'in batches': {
    options: { batch: true },
    frames: (offset, values) => [{ type: 'metrics', channel: 'system.metrics', metrics: values.map((value) => metric('m', value)), offset }],
  },
  'as windows': {
    options: { aggregation_interval: '1s' },
    frames: (offset, values) =>
      values.map((value) => ({ ...metric(`m${value}`, value), interval: '1s', count: 1, timestamp: new Date(offset * 1_000).toISOString(), offset })),
  },
  'as snapshots': {
    options: { format: 'snapshot' },
    frames: (offset, values) =>
      values.map((value) => ({ channel: 'system.metrics', timestamp: '2025-11-08T12:00:00Z', tags: { v: String(value) }, m: { v: value }, offset })),
  },
};

for (const [name, { options, frames }] of Object.entries(FORMS)) {
  test(`thousandDisconnects_${name.replaceAll(' ', '_')}_loseAndRepeatNothing (seed ${SEED})`, () => {
    const random = randomGenerator(SEED);
    const { service } = fakeService();
    const received: number[] = [];
    const recoveries: boolean[] = [];
    service.onMetric('system.metrics', ({ value }) => received.push(value));
    service.onGap(({ recovered }) => recoveries.push(recovered));
    service.subscribe({ channels: ['system.metrics'], ...options });
    const log: Frame[][] = [];
    let published = 0;
    const publish = (): Frame[] => {
      const publication = frames(log.length, Array.from({ length: 1 + random(4) }, () => published++));
      log.push(publication);
      return publication;
    };
    for (let i = 0; i < DISCONNECTS; i++) {
      service.connect();
      FakeSocket.last.welcome();
      const since = FakeSocket.last.commands('subscribe').at(-1).data.since?.['system.metrics']?.offset;
      if (random(10) > 0) { // one in ten connections breaks before the reply
        FakeSocket.last.confirm({ 'system.metrics': { epoch: 'e', offset: log.length - 1, ...(since !== undefined && { recovered: true }) } });
        const replay = (since === undefined ? [] : log.slice(since + 1)).flat().map((frame) => ({ ...frame, replayed: true }));
        const live = Array.from({ length: random(5) }, publish).flat();
        const all = [...replay, ...live];
        all.slice(0, random(4) === 0 ? random(all.length + 1) : all.length).forEach((frame) => FakeSocket.last.receive(frame));
      } else if (i > 0) {
        publish();
      }
      FakeSocket.last.drop();
      if (since === undefined && log.length === 0) {
        publish();
      }
    }
    service.connect();
    FakeSocket.last.welcome();
    const since = FakeSocket.last.commands('subscribe').at(-1).data.since['system.metrics'].offset;
    FakeSocket.last.confirm({ 'system.metrics': { epoch: 'e', offset: log.length - 1, recovered: true } });
    log.slice(since + 1).flat().forEach((frame) => FakeSocket.last.receive({ ...frame, replayed: true }));
    const first = received[0]!;
    assert.deepEqual(received, Array.from({ length: published - first }, (_, i) => first + i));
    assert.ok(recoveries.every(Boolean) && recoveries.length > DISCONNECTS / 2);
  });
}
