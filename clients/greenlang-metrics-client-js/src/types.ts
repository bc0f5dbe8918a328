/// <reference lib="esnext.disposable" preserve="true" />

import type { MetricError } from './errors.js';

/** The public types. Names on the wire stay as they are on the wire, so that a subscription can be copied from the protocol. */

export type Interval = '1s' | '5s' | '1m' | '5m' | '1h';

/** Takes back what it was returned for. Calling it again does nothing. */
export type Unsubscribe = () => void;

/** A JWT, nothing, or a way to get one: asked for at each connection, and once more when the server refused the last one. */
export type Token = string | null | (() => string | Promise<string>);

/**
 * - `idle`: made, and `connect` not yet called.
 * - `connecting`: on the way for the first time.
 * - `connected`: the server's `welcome` came.
 * - `reconnecting`: waiting for the next try, or in it.
 * - `closed`: `disconnect` was called.
 * - `failed`: the server will not have us, or the tries are used up. `connect` begins anew.
 */
export type State = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed' | 'failed';

/** What to receive. A channel has one subscription: asking for it again replaces what was asked before. */
export interface MetricSubscription {
  /** Names, prefixes such as `system.*`, or `*`. */
  channels: string[];
  /** Each key's value, or a list of which any will do. All keys must match. */
  tags?: Record<string, string | string[]>;
  aggregation_interval?: Interval;
  /** MessagePack in place of JSON. */
  compression?: boolean;
  /** Metric names, or prefixes such as `cpu.*`. */
  metrics?: string[];
  /** Tag keys to keep; series that differ in others are merged. Needs `aggregation_interval`. */
  group_by?: string[];
  /** `snapshot` is one message per publication and tag set; its numbers arrive here as metrics, like any others. */
  format?: 'metric' | 'snapshot';
  /** The metrics of one publication in one frame. */
  batch?: boolean;
  /** The newest value of every series at once, before what is new. */
  latest?: boolean;
}

/** One reading; with `interval`, one series' window. */
export interface Metric {
  channel: string;
  name: string;
  type: 'gauge' | 'counter' | 'histogram';
  value: number;
  /** ISO 8601, UTC; of a window, its start. */
  timestamp: string;
  tags?: Record<string, string>;
  interval?: Interval;
  count?: number;
  min?: number;
  max?: number;
  sum?: number;
  delta?: number;
  rate?: number;
  p50?: number;
  p95?: number;
  p99?: number;
}

/** A stretch of the past. Both ends are ISO 8601 or a `Date`. */
export interface HistoryRequest {
  channel: string;
  start_time: string | Date;
  /** By default now. */
  end_time?: string | Date;
  tags?: Record<string, string | string[]>;
  /** By default the finest that the server still has for this stretch. */
  aggregation_interval?: Interval;
  /** The most metrics to return, over all pages. By default 100,000. */
  limit?: number;
}

/** What happened to the connection. */
export interface ConnectionInfo {
  state: State;
  clientId: string | null;
  /** Failed tries in a row. */
  attempts: number;
  /** Milliseconds until the next try, while one is being waited for; else null. */
  retryInMs: number | null;
  /** The WebSocket close code, where a connection was closed. */
  code?: number;
  /** Why, in words. */
  reason?: string;
}

/** Metrics that did not come when they should have. */
export interface Gap {
  channel: string;
  /** How many; not there where nobody can know. */
  missed?: number;
  /** True: a cut, and what was missed is being played now, in order. False: it will not come; `getHistory` may have it. */
  recovered: boolean;
}

/** Which of the buffered metrics. What is left out matches all. */
export interface BufferFilter {
  channel?: string;
  name?: string;
  tags?: Record<string, string>;
}

/** Counts since the service was made. */
export interface Stats {
  /** Metrics that listeners were given. */
  metrics: number;
  /** WebSocket messages that came. */
  frames: number;
  /** Frames that made no sense. */
  malformed: number;
  /** Metrics that the server said it had to leave out, as far as it could count them. */
  missed: number;
  /** Metrics that came a second time after a reconnect and were left out. */
  duplicates: number;
  /** Metrics that a `metrics()` iterator lost because its reader was too slow. */
  dropped: number;
  /** Connections beyond the first. */
  reconnects: number;
  /** How long the last answer to a command took; null before the first. */
  roundTripMs: number | null;
}

export interface Logger {
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}

/** As much of a WebSocket as is needed: the browser's, Node's and the npm package `ws` all fit. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export interface WebSocketConstructor {
  new (url: string, protocols?: string[]): WebSocketLike;
}

export interface Options {
  /** Waits before the n-th try: anything up to `baseMs` × 2ⁿ, at most `maxMs`, evenly spread. 1000, 30000, Infinity. */
  backoff?: { baseMs?: number; maxMs?: number; maxAttempts?: number };
  /** A connection that lived shorter did not work: the backoff goes on growing. 5000. */
  minUptimeMs?: number;
  /** From the first step until `welcome`. 10000. */
  connectTimeoutMs?: number;
  /** Silence after which the server counts as gone. By default 1.25 of the heartbeat interval that it announces. */
  heartbeatTimeoutMs?: number;
  /** How many metrics `getBufferedMetrics` keeps, and a `metrics()` iterator holds for its reader. 1000. */
  bufferSize?: number;
  /** Ask for what was missed after a cut. True. */
  resume?: boolean;
  /** Where the token travels: in the URL, or in the WebSocket's subprotocol list, which no access log shows. `query`. */
  tokenTransport?: 'query' | 'subprotocol';
  /** By default the global one. Node 20 has none: pass that of the npm package `ws`. */
  WebSocket?: WebSocketConstructor;
  /** Where complaints go that nobody listens for. By default the console; false for nowhere. */
  logger?: Logger | false;
}

export interface ListenOptions {
  /** Takes the listener off when it aborts. */
  signal?: AbortSignal;
}

/** One server's metrics. Whatever happens to the connection, the service goes on; only `disconnect` ends it. */
export interface MetricService extends AsyncDisposable {
  readonly state: State;
  /** What the server calls us. A label for its logs, never a credential. */
  readonly clientId: string | null;
  /** What is asked for, and will be asked for again after a reconnect. */
  readonly subscriptions: readonly MetricSubscription[];
  /** Connects, or tries again now. Does nothing while connected or connecting. */
  connect(): void;
  /** Settles when connected. Rejects when that cannot be: failed, disconnected, or not within the time. */
  ready(timeoutMs?: number): Promise<void>;
  /** For good: no reconnect, no timer left. */
  disconnect(): void;
  /** For the next connection; a connection that is open is told at once. */
  setToken(token: Token): void;
  /** Settles with the channels when the server has confirmed, however many reconnects that takes. Rejects when it refuses. */
  subscribe(subscription: MetricSubscription): Promise<string[]>;
  unsubscribe(channels: string[]): Promise<void>;
  /** `channel` is a name, a prefix such as `system.*`, or `*`. */
  onMetric(channel: string, listener: (metric: Metric) => void, options?: ListenOptions): Unsubscribe;
  offMetric(channel: string, listener: (metric: Metric) => void): void;
  /** Called when the connection is there, when it is lost, and each time that a try has failed. */
  onConnectionChange(listener: (connected: boolean, info: ConnectionInfo) => void): Unsubscribe;
  onError(listener: (error: MetricError) => void): Unsubscribe;
  onGap(listener: (gap: Gap) => void): Unsubscribe;
  /** Ends when `disconnect` is called or the signal aborts. A reader that is too slow loses the oldest. */
  metrics(channel: string, options?: ListenOptions): AsyncIterableIterator<Metric>;
  /** Asks for all pages, one after another. Waits for the connection where there is none yet. */
  getHistory(request: HistoryRequest): Promise<Metric[]>;
  /** The last metrics received, oldest first, in any state. */
  getBufferedMetrics(filter?: BufferFilter): Metric[];
  clearBuffer(): void;
  stats(): Stats;
}
