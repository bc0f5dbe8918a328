/// <reference lib="esnext.disposable" preserve="true" />

import type { MetricError } from './errors.js';
import type { WebSocketConstructor } from './websocket.js';

/* The public types. Fields keep their names from the wire, so a subscription can be copied from the protocol documentation. */

/** The length of a window. */
export type Interval = '1s' | '5s' | '1m' | '5m' | '1h';

/** Removes the listener that it was returned for. Further calls do nothing. */
export type Unsubscribe = () => void;

/**
 * A JWT, null, or a function that returns a JWT. The client calls it for each connection, before the token expires, and again if
 * the server rejects the token.
 */
export type Token = string | null | (() => string | Promise<string>);

/**
 * The state of the connection.
 *
 * - `idle`: the application has not called `connect` yet.
 * - `connecting`: the first connection attempt is in progress.
 * - `connected`: the server has sent `welcome`.
 * - `reconnecting`: the next attempt is scheduled or in progress.
 * - `closed`: the application called `disconnect`.
 * - `failed`: the server rejected the client permanently, or all attempts are used up. `connect` starts again.
 */
export type State = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed' | 'failed';

/** The protocol that carries the metrics: a WebSocket, or server-sent events. */
export type Transport = 'websocket' | 'sse';

/** The metrics to receive. A channel has one subscription; a new subscription for the channel replaces the previous one. */
export interface MetricSubscription {
  /** Names, prefixes such as `system.*`, or `*`. */
  channels: string[];
  /** A value, or a list of alternative values, for each tag key. All keys must match. */
  tags?: Record<string, string | string[]>;
  /** Requests windows of this length instead of samples. */
  aggregation_interval?: Interval;
  /** Requests MessagePack instead of JSON. */
  compression?: boolean;
  /** Metric names, or prefixes such as `cpu.*`. */
  metrics?: string[];
  /** The tag keys to keep. Series that differ only in other tags are merged. Requires `aggregation_interval`. */
  group_by?: string[];
  /**
   * `snapshot` is one message per publication and tag set. The client delivers its numbers as ordinary metrics. `columnar` is a
   * batch of 1 to 2 bytes per sample instead of 130, and requires `compression`. Over server-sent events it becomes `batch`.
   */
  format?: 'metric' | 'snapshot' | 'columnar';
  /** Requests all metrics of a publication in one frame. */
  batch?: boolean;
  /** Requests the latest value of every series before live metrics. */
  latest?: boolean;
  /** Further quantiles of histograms, at most 16 numbers from 0 to 1. The quantile 0.9 is the field `p90`, 0.999 is `p99.9`. */
  quantiles?: number[];
  /** Requests the buckets of histograms. */
  buckets?: boolean;
  /** Requests the units and descriptions of the metrics: see `onMetadata`. */
  metadata?: boolean;
}

/** The unit and the description of a metric. They hold for all series with its name. */
export interface MetricMetadata {
  /** The channel of the metric. */
  channel: string;
  /** The name of the metric. */
  name: string;
  /** A unit of UCUM, such as `By`, `ms`, `%` or `{thread}`; absent if unknown. */
  unit?: string;
  /** A text for people; absent if there is none. */
  description?: string;
}

/**
 * The buckets of a histogram. Each list is the index of its first bucket, followed by the counts of adjacent buckets.
 *
 * Bucket *i* holds the magnitudes from γ^*i*, inclusive, to γ^(*i*+1), where γ is 1.01 / 0.99.
 */
export interface Buckets {
  /** The number of zeros; absent if there are none. */
  zero?: number;
  /** The positive observations. */
  positive?: number[][];
  /** The magnitudes of negative observations. */
  negative?: number[][];
}

/**
 * One sample or, with `interval`, one window of a series.
 *
 * A window has `count`, `min` and `max`. A histogram that carries a distribution also has `sum` and percentiles, as a sample and
 * as a window.
 */
export interface Metric {
  /** The name of the channel. */
  channel: string;
  /** The name of the metric. */
  name: string;
  /** A type of the application has its own name. */
  type: 'gauge' | 'counter' | 'histogram' | (string & {});
  /** A level, a running total, one observation, or the mean of a distribution. */
  value: number;
  /** ISO 8601 in UTC. For a window it is the start. */
  timestamp: string;
  /** Empty if the series has no tags. */
  tags: Record<string, string>;
  /** The length of the window; absent for a sample. A client that lagged receives wider windows, such as `40s`. */
  interval?: Interval | '1d' | (string & {});
  /** The number of samples of the window, or of observations. */
  count?: number;
  /** The smallest sample of the window, or the smallest observation. */
  min?: number;
  /** The greatest sample of the window, or the greatest observation. */
  max?: number;
  /** The sum of the observations. */
  sum?: number;
  /** The increase of a counter since its previous window. */
  delta?: number;
  /** The increase of a counter per second. */
  rate?: number;
  /** The median of the observations. */
  p50?: number;
  /** The 95th percentile. */
  p95?: number;
  /** The 99th percentile. */
  p99?: number;
  /** The requested `quantiles`. */
  [percentile: `p${number}`]: number | undefined;
  /** The buckets, if the subscription requests them. */
  buckets?: Buckets;
}

/** A query for a range of history. Both ends are ISO 8601 or a `Date`. */
export interface HistoryRequest {
  /** The name of the channel. */
  channel: string;
  /** The inclusive start. */
  start_time: string | Date;
  /** The exclusive end. The default is the current time. */
  end_time?: string | Date;
  /** As in a subscription. */
  tags?: Record<string, string | string[]>;
  /** Metric names, or prefixes such as `cpu.*`. */
  metrics?: string[];
  /** The default is the finest interval that the server retains for the range. */
  aggregation_interval?: Interval | '1d';
  /** As in a subscription. */
  quantiles?: number[];
  /** As in a subscription. */
  buckets?: boolean;
  /** Requests the units and descriptions of the metrics. Each page reports its own to `onMetadata`. */
  metadata?: boolean;
  /** The maximum number of metrics over all pages. The default is 100,000. */
  limit?: number;
}

/** A change of the connection state. */
export interface ConnectionInfo {
  /** The new state. */
  state: State;
  /** The transport of the connection or, without one, of the next attempt. */
  transport: Transport;
  /** The server's label for this client while connected, otherwise null. */
  clientId: string | null;
  /** The number of consecutive failed attempts. */
  attempts: number;
  /** Milliseconds until the next attempt; null if none is scheduled. */
  retryInMs: number | null;
  /** The close code, if a connection was closed. */
  code?: number;
  /** The reason, for people. */
  reason?: string;
}

/** A loss of metrics on a channel. */
export interface Gap {
  /** The channel that misses metrics. */
  channel: string;
  /** The number of missed metrics; absent if the server cannot count them. */
  missed?: number;
  /**
   * True if the client reconnected and the server now replays the missed metrics in order. False if the metrics are lost to
   * this subscription; `getHistory` may still return them.
   */
  recovered: boolean;
}

/** A report that a channel has reached the server's limit of series. The server drops the metrics of new series. */
export interface SeriesLimit {
  /** The channel at its limit. */
  channel: string;
  /** The number of metrics that the channel dropped since the previous report. */
  missed: number;
}

/** A filter for buffered metrics. An absent field matches everything. */
export interface BufferFilter {
  /** The name of the channel. */
  channel?: string;
  /** The name of the metric. */
  name?: string;
  /** Tags that the metric must have. */
  tags?: Record<string, string>;
}

/** Counters since the creation of the service. */
export interface Stats {
  /** Metrics delivered to listeners. */
  metrics: number;
  /** Messages received. */
  frames: number;
  /** Malformed frames. */
  malformed: number;
  /** Metrics that the server reported as missed, as far as it could count them. */
  missed: number;
  /** Metrics of new series that the server dropped at a channel's limit of series. */
  overSeriesLimit: number;
  /** Duplicates after a reconnect, which the client discarded. */
  duplicates: number;
  /** Metrics that a `metrics()` iterator discarded because its reader was too slow. */
  dropped: number;
  /** Connections after the first. */
  reconnects: number;
  /** The round-trip time of the last command; null before the first reply. */
  roundTripMs: number | null;
}

/** The receiver of errors that have no listener, such as the console. */
export interface Logger {
  /** Logs a failure that the client handles. */
  warn(message: string, ...details: unknown[]): void;
  /** Logs an exception of a listener. */
  error(message: string, ...details: unknown[]): void;
}

/** The options of a service. */
export interface Options {
  /** The delay before the n-th attempt: uniform from 0 to `baseMs` × 2ⁿ, at most `maxMs`. The defaults are 1000, 30000, Infinity. */
  backoff?: { baseMs?: number; maxMs?: number; maxAttempts?: number };
  /** The uptime that resets the backoff. A shorter connection counts as failed. The default is 5000. */
  minUptimeMs?: number;
  /** The maximum time from the start of an attempt to `welcome`. The default is 10000. */
  connectTimeoutMs?: number;
  /** The time without frames after which the server counts as dead. The default is 1.25 × the server's heartbeat interval. */
  heartbeatTimeoutMs?: number;
  /** The capacity of `getBufferedMetrics` and of each `metrics()` iterator. The default is 1000. */
  bufferSize?: number;
  /** Requests missed metrics after a reconnect. The default is true. */
  resume?: boolean;
  /** The carrier of the token: the URL, or the WebSocket subprotocol list, which access logs do not show. The default is `query`. */
  tokenTransport?: 'query' | 'subprotocol';
  /**
   * `auto` uses server-sent events while WebSockets are blocked, and returns to the WebSocket. The other values allow one transport
   * only. The default is `auto`.
   */
  transport?: 'auto' | Transport;
  /** The URL of server-sent events. The default is that of the WebSocket with `/sse/metrics` in place of `/ws/metrics`. */
  eventsUrl?: string;
  /** The default is the global WebSocket. Node 20 has none: pass that of the npm package `ws`. */
  WebSocket?: WebSocketConstructor;
  /** Receives errors that have no listener. The default is the console; false disables logging. */
  logger?: Logger | false;
}

/** The options of calls that a signal ends. */
export interface ListenOptions {
  /** Removes the listener, or releases the subscription, on abort. */
  signal?: AbortSignal;
}

/** The metrics of one server. The service survives every connection failure; only `disconnect` ends it, as does `await using`. */
export interface MetricService extends AsyncDisposable {
  /** The state of the connection. */
  readonly state: State;
  /** The transport of the connection or, without one, of the next attempt. */
  readonly transport: Transport;
  /** The server's label for this client in its logs. It is not a credential. */
  readonly clientId: string | null;
  /** The requested subscriptions. The client requests them again after a reconnect. */
  readonly subscriptions: readonly MetricSubscription[];
  /** Connects, or retries immediately. Does nothing while connected or connecting. */
  connect(): void;
  /** Resolves when connected. Rejects if the service has failed, is disconnected, or does not connect in time. */
  ready(timeoutMs?: number): Promise<void>;
  /** Closes the connection permanently. No reconnect and no timer remains. */
  disconnect(): void;
  /** Sets the token for the next connection. An open connection sends it to the server immediately. */
  setToken(token: Token): void;
  /**
   * Resolves with the channels when the server confirms, however many reconnects that needs. Rejects if the server rejects, and
   * with `CLOSED` if the service has failed or is disconnected; the next `connect` then requests the subscription.
   *
   * A call with a `signal` holds its channels until the abort. The client unsubscribes from a channel when the last call that holds
   * it is aborted. Several components can thus share a channel. A call without a signal holds its channels until `unsubscribe`.
   */
  subscribe(subscription: MetricSubscription, options?: ListenOptions): Promise<string[]>;
  /** Removes the subscription to these channels, whichever calls hold it. */
  unsubscribe(channels: string[]): Promise<void>;
  /** Calls the listener for each metric. `channel` is a name, a prefix such as `system.*`, or `*`. */
  onMetric(channel: string, listener: (metric: Metric) => void, options?: ListenOptions): Unsubscribe;
  /** Removes a listener of `onMetric`. */
  offMetric(channel: string, listener: (metric: Metric) => void): void;
  /** Calls the listener when the connection opens, when it is lost, and after each failed attempt. */
  onConnectionChange(listener: (connected: boolean, info: ConnectionInfo) => void, options?: ListenOptions): Unsubscribe;
  /** Calls the listener for each error. Errors without a listener are logged. */
  onError(listener: (error: MetricError) => void, options?: ListenOptions): Unsubscribe;
  /** Calls the listener when the client missed metrics, before any later metric of the channel. */
  onGap(listener: (gap: Gap) => void, options?: ListenOptions): Unsubscribe;
  /**
   * Calls the listener at most once per minute for each view that misses a new series. The stream has no gap: the subscribed
   * series are complete, and the client can resume as before.
   */
  onSeriesLimit(listener: (limit: SeriesLimit) => void, options?: ListenOptions): Unsubscribe;
  /**
   * Calls the listener for each unit and description that the server sends: before the first metric of that name, after a change,
   * and again after a reconnect. Requires `metadata` in the subscription. With `metadata` in a history request, it is called before
   * the promise resolves.
   */
  onMetadata(listener: (metadata: MetricMetadata) => void, options?: ListenOptions): Unsubscribe;
  /** Returns an async iterator over the metrics that `onMetric` would receive. It ends on `disconnect` or abort. A reader that is too slow loses the oldest metrics. */
  metrics(channel: string, options?: ListenOptions): AsyncIterableIterator<Metric>;
  /**
   * Loads all pages, one after another. Waits for the connection if there is none yet. An abort of the signal rejects with its
   * reason.
   */
  getHistory(request: HistoryRequest, options?: ListenOptions): Promise<Metric[]>;
  /** Returns the last received metrics, oldest first, in any state. */
  getBufferedMetrics(filter?: BufferFilter): Metric[];
  /** Discards the metrics of `getBufferedMetrics`. */
  clearBuffer(): void;
  /**
   * Returns the server's time in milliseconds since 1970, in any state after the first `welcome`; null before.
   *
   * It is late by the smallest delay of the latest messages. It does not depend on the local wall clock, which may be wrong.
   */
  serverNow(): number | null;
  /** Returns the counters since the creation of the service. */
  stats(): Stats;
}
