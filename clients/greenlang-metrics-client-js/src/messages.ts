import { MetricError } from './errors.js';
import type { Buckets, Metric, MetricMetadata } from './types.js';

/** A position in a channel. A new epoch starts when the server's history is lost. */
export interface StreamPosition {
  epoch: string | number;
  offset: number;
}

/** A validated message of the server. `serverTime` is in milliseconds since 1970; undefined if the server did not send it. */
export type Message =
  | { kind: 'welcome'; clientId: string | null; heartbeatMs: number; serverTime: number | undefined }
  | { kind: 'subscribed'; id: string | undefined; channels: string[]; positions: Map<string, StreamPosition & { recovered?: boolean }> }
  | { kind: 'unsubscribed'; id: string | undefined; channels: string[] }
  /** `isComplete`: no other frame carries metrics of the same publication. */
  | { kind: 'metrics'; channel: string; metrics: Metric[]; offset: number | undefined; replayed: boolean; isComplete: boolean }
  | { kind: 'history'; id: string | undefined; metrics: Metric[]; metadata: MetricMetadata[]; cursor: string | undefined }
  | { kind: 'metadata'; metadata: MetricMetadata[] }
  /** `missed` is undefined if the server cannot count; `position` is the client's new position. */
  | { kind: 'lagged'; channel: string; missed: number | undefined; position: StreamPosition | undefined }
  | { kind: 'seriesLimit'; channel: string; missed: number }
  | { kind: 'ping'; timestamp: unknown; serverTime: number | undefined }
  /** `expiresAt` is in milliseconds since 1970; NaN if the server ignores tokens. */
  | { kind: 'tokenRefreshed'; expiresAt: number }
  | { kind: 'error'; id: string | undefined; error: MetricError }
  /** A message of a newer server; not an error. */
  | { kind: 'other' };

type Fields = Record<string, unknown>;

const DEFAULT_HEARTBEAT_SECONDS = 30;
/** The statistics of a window or a distribution, including the requested quantiles. */
const STATISTIC = /^(count|min|max|sum|delta|rate|p\d+(\.\d+)?)$/;
const MAX_DEPTH = 40;

/** Validates a decoded frame and converts it to a message. Throws `MALFORMED`. */
export function readMessage(value: unknown): Message {
  const frame = readObject(value);
  // A flat metric has a `type` too, so the channel and the name are checked first.
  if (typeof frame.channel === 'string' && typeof frame.name === 'string') {
    return metricsMessage(frame, frame.channel, readMetrics([frame], frame.channel));
  }
  const id = typeof frame.id === 'string' ? frame.id : undefined;
  switch (frame.type) {
    case 'metrics': {
      const channel = readText(frame.channel, 'channel');
      return metricsMessage(frame, channel, readMetrics(frame.metrics, channel));
    }
    case 'welcome': {
      const seconds = frame.heartbeat_interval;
      const heartbeatMs = 1000 * (isNumber(seconds) && seconds > 0 ? seconds : DEFAULT_HEARTBEAT_SECONDS);
      return { kind: 'welcome', clientId: typeof frame.client_id === 'string' ? frame.client_id : null, heartbeatMs, serverTime: readServerTime(frame) };
    }
    case 'subscribed':
      return { kind: 'subscribed', id, channels: readNames(frame.channels), positions: readPositions(frame.positions) };
    case 'unsubscribed':
      return { kind: 'unsubscribed', id, channels: readNames(frame.channels) };
    case 'history': {
      const channel = readText(frame.channel, 'channel');
      const metrics = readMetrics(frame.metrics, channel);
      const hasMore = frame.complete === false && typeof frame.cursor === 'string';
      const metadata = readMetadata(frame.metadata ?? {}, channel);
      return { kind: 'history', id, metrics, metadata, cursor: hasMore ? (frame.cursor as string) : undefined };
    }
    case 'metadata':
      return { kind: 'metadata', metadata: readMetadata(frame.metrics, readText(frame.channel, 'channel')) };
    case 'lagged': {
      if (frame.reason === 'series_limit') {
        return { kind: 'seriesLimit', channel: readText(frame.channel, 'channel'), missed: readCount(frame.missed, 'missed') };
      }
      const missed = frame.missed === null ? undefined : readCount(frame.missed, 'missed');
      const position = frame.epoch === undefined ? undefined : readPosition(frame);
      return { kind: 'lagged', channel: readText(frame.channel, 'channel'), missed, position };
    }
    case 'ping':
      return { kind: 'ping', timestamp: frame.timestamp, serverTime: readServerTime(frame) };
    case 'token_refreshed':
      return { kind: 'tokenRefreshed', expiresAt: isNumber(frame.expires_at) ? frame.expires_at * 1000 : NaN };
    case 'error': {
      const code = typeof frame.code === 'string' ? frame.code : 'ERROR';
      const retryAfterMs = isNumber(frame.retry_after) ? frame.retry_after * 1000 : undefined;
      return { kind: 'error', id, error: new MetricError(code, readText(frame.message, 'message'), undefined, retryAfterMs) };
    }
  }
  if (typeof frame.channel === 'string' && typeof frame.timestamp === 'string') {
    return metricsMessage(frame, frame.channel, flattenSnapshot(frame, frame.channel));
  }
  if (typeof frame.type !== 'string') {
    throw malformed('it has no type');
  }
  return { kind: 'other' };
}

function metricsMessage(frame: Fields, channel: string, metrics: Metric[]): Message {
  const offset = frame.offset === undefined ? undefined : readCount(frame.offset, 'offset');
  return { kind: 'metrics', channel, metrics, offset, replayed: frame.replayed === true, isComplete: frame.type === 'metrics' };
}

/** Reads the metrics of a frame. A value is null if a custom aggregator failed to compute it; such a metric is left out. */
function readMetrics(list: unknown, channel: string): Metric[] {
  return readList(list, 'metrics')
    .map(readObject)
    .filter(({ value }) => value !== null)
    .map((each) => readMetric(each, channel));
}

function readMetric(fields: Fields, channel: string): Metric {
  if (!isNumber(fields.value)) {
    throw malformed('the value of a metric is not a number');
  }
  const metric: Metric = {
    channel: typeof fields.channel === 'string' ? fields.channel : channel,
    name: readText(fields.name, 'name'),
    type: readText(fields.type, 'type'),
    value: fields.value,
    timestamp: readTime(fields.timestamp),
    tags: readTags(fields.tags ?? {}),
  };
  if (typeof fields.interval === 'string') {
    metric.interval = fields.interval;
  }
  // With Object.entries, a message of a thousand metrics takes several times as long.
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (isNumber(value) && STATISTIC.test(name)) {
      metric[name as 'count'] = value;
    }
  }
  if (isObject(fields.buckets)) {
    metric.buckets = readBuckets(fields.buckets);
  }
  return metric;
}

function readMetadata(metrics: unknown, channel: string): MetricMetadata[] {
  return Object.entries(readObject(metrics)).map(([name, fields]) => ({ ...readTags(fields), channel, name }));
}

function readObject(value: unknown): Fields {
  if (!isObject(value)) {
    throw malformed('it is not an object');
  }
  return value;
}

function readBuckets({ zero, positive, negative }: Fields): Buckets {
  return {
    ...(isNumber(zero) && { zero }),
    ...(positive !== undefined && { positive: readRuns(positive) }),
    ...(negative !== undefined && { negative: readRuns(negative) }),
  };
}

function readRuns(value: unknown): number[][] {
  return readList(value, 'buckets').map((run) => {
    const numbers = readList(run, 'buckets');
    if (!numbers.every(isNumber)) {
      throw malformed('its buckets are not numbers');
    }
    return numbers;
  });
}

/** Returns the numbers of a snapshot as metrics named by their dotted paths. The empty key holds the value of a name that is also a prefix. */
function flattenSnapshot(frame: Fields, channel: string): Metric[] {
  const { channel: _channel, timestamp, tags, offset: _offset, replayed: _replayed, ...values } = frame;
  const common = { type: 'gauge', timestamp: readTime(timestamp), tags: readTags(tags ?? {}) };
  const metrics: Metric[] = [];
  const visit = (value: unknown, path: string, depth: number): void => {
    if (isNumber(value)) {
      metrics.push({ channel, name: path, value, ...common });
    } else if (isObject(value) && depth < MAX_DEPTH) {
      for (const [key, child] of Object.entries(value)) {
        visit(child, path && key ? `${path}.${key}` : path || key, depth + 1);
      }
    }
  };
  visit(values, '', 0);
  return metrics;
}

function readServerTime({ timestamp }: Fields): number | undefined {
  return isNumber(timestamp) ? timestamp * 1000 : undefined;
}

/** The last valid time: the metrics of a publication usually have the same. */
let knownTime: string | undefined;

function readTime(value: unknown): string {
  if (typeof value !== 'string' || (value !== knownTime && Number.isNaN(Date.parse(value)))) {
    throw malformed('a timestamp is not a time');
  }
  return (knownTime = value);
}

function readTags(value: unknown): Record<string, string> {
  if (!isObject(value) || Object.hasOwn(value, '__proto__')) {
    throw malformed('tags are not an object of strings');
  }
  const tags: Record<string, string> = {};
  for (const key of Object.keys(value)) {
    tags[key] = String(value[key]);
  }
  return tags;
}

function readNames(value: unknown): string[] {
  return readList(value, 'channels').map((each) => readText(each, 'channel'));
}

function readPositions(value: unknown): Map<string, StreamPosition & { recovered?: boolean }> {
  const positions = new Map<string, StreamPosition & { recovered?: boolean }>();
  for (const [channel, position] of isObject(value) ? Object.entries(value) : []) {
    const recovered = isObject(position) && typeof position.recovered === 'boolean' ? { recovered: position.recovered } : {};
    positions.set(channel, { ...readPosition(position), ...recovered });
  }
  return positions;
}

function readPosition(value: unknown): StreamPosition {
  if (!isObject(value) || (typeof value.epoch !== 'string' && typeof value.epoch !== 'number')) {
    throw malformed('a position has no epoch');
  }
  return { epoch: value.epoch, offset: readCount(value.offset, 'offset') };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function readText(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') {
    throw malformed(`its ${field} is not a text`);
  }
  return value;
}

function readCount(value: unknown, field: string): number {
  // Before its first publication, a server that counts from 0 is at -1; ours counts from 1. A double is exact only up to 2⁵³.
  if (!Number.isSafeInteger(value) || (value as number) < -1) {
    throw malformed(`its ${field} is not a count`);
  }
  return value as number;
}

function readList(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) {
    throw malformed(`its ${field} are not a list`);
  }
  return value;
}

function malformed(reason: string): MetricError {
  return new MetricError('MALFORMED', `A frame is malformed: ${reason}`);
}
