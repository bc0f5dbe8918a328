import { MetricError } from './errors.js';
import type { Metric } from './types.js';

/** Where a channel stands: an epoch begins anew when the server's history does. */
export interface Position {
  epoch: string | number;
  offset: number;
}

/** What the server said, checked. */
export type Message =
  | { kind: 'welcome'; clientId: string | null; heartbeatMs: number }
  | { kind: 'subscribed'; id: string | undefined; channels: string[]; positions: Map<string, Position & { recovered?: boolean }> }
  | { kind: 'unsubscribed'; id: string | undefined; channels: string[] }
  /** `isWhole`: no other frame brings more of the same publication. */
  | { kind: 'metrics'; channel: string; metrics: Metric[]; offset: number | undefined; replayed: boolean; isWhole: boolean }
  | { kind: 'history'; id: string | undefined; metrics: Metric[]; cursor: string | undefined }
  /** `missed` is undefined where nobody can know; `position` is where the client stands from here on. */
  | { kind: 'lagged'; channel: string; missed: number | undefined; position: Position | undefined }
  | { kind: 'ping'; timestamp: unknown }
  | { kind: 'error'; id: string | undefined; error: MetricError }
  /** Of a newer server; no fault. */
  | { kind: 'other' };

type Fields = Record<string, unknown>;

const DEFAULT_HEARTBEAT_SECONDS = 30;
const EXTRAS = ['count', 'min', 'max', 'sum', 'delta', 'rate', 'p50', 'p95', 'p99'] as const;
const TYPES: readonly unknown[] = ['gauge', 'counter', 'histogram'];
const MAX_DEPTH = 40;

/** Throws `MALFORMED`. */
export function readMessage(frame: unknown): Message {
  if (!isObject(frame)) {
    throw malformed('it is no object');
  }
  // A flat metric has a `type` too, so channel and name decide first.
  if (typeof frame.channel === 'string' && typeof frame.name === 'string') {
    return delivery(frame, frame.channel, [readMetric(frame, frame.channel)]);
  }
  const id = typeof frame.id === 'string' ? frame.id : undefined;
  switch (frame.type) {
    case 'metrics': {
      const channel = text(frame.channel, 'channel');
      return delivery(frame, channel, list(frame.metrics, 'metrics').map((each) => readMetric(each, channel)));
    }
    case 'welcome': {
      const seconds = frame.heartbeat_interval;
      const heartbeatMs = 1000 * (isNumber(seconds) && seconds > 0 ? seconds : DEFAULT_HEARTBEAT_SECONDS);
      return { kind: 'welcome', clientId: typeof frame.client_id === 'string' ? frame.client_id : null, heartbeatMs };
    }
    case 'subscribed':
      return { kind: 'subscribed', id, channels: readNames(frame.channels), positions: readPositions(frame.positions) };
    case 'unsubscribed':
      return { kind: 'unsubscribed', id, channels: readNames(frame.channels) };
    case 'history': {
      const channel = text(frame.channel, 'channel');
      const metrics = list(frame.metrics, 'metrics').map((each) => readMetric(each, channel));
      const more = frame.complete === false && typeof frame.cursor === 'string';
      return { kind: 'history', id, metrics, cursor: more ? (frame.cursor as string) : undefined };
    }
    case 'lagged': {
      const missed = frame.missed === null ? undefined : count(frame.missed, 'missed');
      const position = frame.epoch === undefined ? undefined : readPosition(frame);
      return { kind: 'lagged', channel: text(frame.channel, 'channel'), missed, position };
    }
    case 'ping':
      return { kind: 'ping', timestamp: frame.timestamp };
    case 'error': {
      const code = typeof frame.code === 'string' ? frame.code : 'ERROR';
      return { kind: 'error', id, error: new MetricError(code, text(frame.message, 'message')) };
    }
  }
  if (typeof frame.channel === 'string' && typeof frame.timestamp === 'string') {
    return delivery(frame, frame.channel, flatten(frame, frame.channel));
  }
  if (typeof frame.type !== 'string') {
    throw malformed('it has no type');
  }
  return { kind: 'other' };
}

function delivery(frame: Fields, channel: string, metrics: Metric[]): Message {
  const offset = frame.offset === undefined ? undefined : count(frame.offset, 'offset');
  return { kind: 'metrics', channel, metrics, offset, replayed: frame.replayed === true, isWhole: frame.type === 'metrics' };
}

function readMetric(from: unknown, channel: string): Metric {
  if (!isObject(from)) {
    throw malformed('a metric is no object');
  }
  if (!isNumber(from.value)) {
    throw malformed('a metric has no value that is a number');
  }
  if (!TYPES.includes(from.type)) {
    throw malformed('a metric is no gauge, counter or histogram');
  }
  const metric: Metric = {
    channel: typeof from.channel === 'string' ? from.channel : channel,
    name: text(from.name, 'name'),
    type: from.type as Metric['type'],
    value: from.value,
    timestamp: readTime(from.timestamp),
  };
  if (from.tags !== undefined) {
    metric.tags = readTags(from.tags);
  }
  if (typeof from.interval === 'string') {
    metric.interval = from.interval as NonNullable<Metric['interval']>;
    for (const extra of EXTRAS) {
      if (isNumber(from[extra])) {
        metric[extra] = from[extra];
      }
    }
  }
  return metric;
}

/** A snapshot's numbers by their dotted paths. A name that is also another's beginning stands under the empty key. */
function flatten(frame: Fields, channel: string): Metric[] {
  const { channel: _channel, timestamp, tags, offset: _offset, replayed: _replayed, ...readings } = frame;
  const common = { type: 'gauge' as const, timestamp: readTime(timestamp), ...(tags !== undefined && { tags: readTags(tags) }) };
  const metrics: Metric[] = [];
  const walk = (value: unknown, path: string, depth: number): void => {
    if (isNumber(value)) {
      metrics.push({ channel, name: path, value, ...common });
    } else if (isObject(value) && depth < MAX_DEPTH) {
      for (const [key, inner] of Object.entries(value)) {
        walk(inner, path && key ? `${path}.${key}` : path || key, depth + 1);
      }
    }
  };
  walk(readings, '', 0);
  return metrics;
}

function readTime(value: unknown): string {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) {
    throw malformed('a timestamp is no time');
  }
  return value;
}

function readTags(value: unknown): Record<string, string> {
  if (!isObject(value) || Object.hasOwn(value, '__proto__')) {
    throw malformed('tags are no object of strings');
  }
  return Object.fromEntries(Object.entries(value).map(([key, tag]) => [key, String(tag)]));
}

function readNames(value: unknown): string[] {
  return list(value, 'channels').map((each) => text(each, 'channel'));
}

function readPositions(value: unknown): Map<string, Position & { recovered?: boolean }> {
  const positions = new Map<string, Position & { recovered?: boolean }>();
  for (const [channel, at] of isObject(value) ? Object.entries(value) : []) {
    const recovered = isObject(at) && typeof at.recovered === 'boolean' ? { recovered: at.recovered } : {};
    positions.set(channel, { ...readPosition(at), ...recovered });
  }
  return positions;
}

function readPosition(at: unknown): Position {
  if (!isObject(at) || (typeof at.epoch !== 'string' && typeof at.epoch !== 'number')) {
    throw malformed('a position has no epoch');
  }
  return { epoch: at.epoch, offset: count(at.offset, 'offset') };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') {
    throw malformed(`its ${what} is no text`);
  }
  return value;
}

function count(value: unknown, what: string): number {
  // -1 is where a channel stands that nothing was ever published on; a double is exact only up to 2⁵³
  if (!Number.isSafeInteger(value) || (value as number) < -1) {
    throw malformed(`its ${what} is no count`);
  }
  return value as number;
}

function list(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) {
    throw malformed(`its ${what} are no list`);
  }
  return value;
}

function malformed(why: string): MetricError {
  return new MetricError('MALFORMED', `A frame makes no sense: ${why}`);
}
