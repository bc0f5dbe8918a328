import { MetricBuffer } from './buffer.js';
import { type Clock, systemClock } from './clock.js';
import { decoder } from './codec.js';
import { Commands } from './commands.js';
import { Connection } from './connection.js';
import { Deferred } from './deferred.js';
import { MetricError } from './errors.js';
import { History } from './history.js';
import { PushIterator } from './iterator.js';
import { ListenerRegistry } from './listener-registry.js';
import { Listeners } from './listeners.js';
import type { Message } from './messages.js';
import { checkToken, resolveSettings, type Settings, webSocketUrl } from './options.js';
import { SubscriptionHolders } from './subscription-holders.js';
import { Subscriptions } from './subscriptions.js';
import type * as api from './types.js';

/** The implementation of the public API. It wires the parts together; each part implements one concern. */
export class Service implements api.MetricService {
  declare [Symbol.asyncDispose]: () => Promise<void>;
  readonly #settings: Settings;
  readonly #connection: Connection;
  readonly #commands: Commands;
  readonly #subscriptions: Subscriptions;
  readonly #history: History;
  readonly #holders = new SubscriptionHolders((channels) => void this.#subscriptions.remove(channels));
  readonly #buffer: MetricBuffer;
  readonly #metricListeners: ListenerRegistry;
  readonly #connectionListeners: Listeners<[boolean, api.ConnectionInfo]>;
  readonly #errorListeners: Listeners<[MetricError]>;
  readonly #gapListeners: Listeners<[api.Gap]>;
  readonly #seriesLimitListeners: Listeners<[api.SeriesLimit]>;
  readonly #metadataListeners: Listeners<[api.MetricMetadata]>;
  readonly #iterators = new Set<PushIterator<api.Metric>>();
  readonly #pendingReady = new Set<{ deferred: Deferred<void>; cancel(): void }>();
  readonly #clock: Clock;
  readonly #stats = { metrics: 0, malformed: 0, missed: 0, overSeriesLimit: 0, dropped: 0 };

  constructor(url: string, token: api.Token = null, options?: api.Options, clock: Clock = systemClock) {
    // Browsers support this symbol later than the other features in use. A method of that name would have a computed key, and no
    // bundler would leave out a class with one.
    const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? (Symbol.for('Symbol.asyncDispose') as never);
    this[asyncDispose] = async () => this.disconnect();
    this.#settings = resolveSettings(options);
    this.#clock = clock;
    const { logger, bufferSize, resume } = this.#settings;
    this.#buffer = new MetricBuffer(bufferSize);
    this.#metricListeners = new ListenerRegistry(logger);
    this.#connectionListeners = new Listeners('onConnectionChange', logger);
    this.#errorListeners = new Listeners('onError', logger);
    this.#gapListeners = new Listeners('onGap', logger);
    this.#seriesLimitListeners = new Listeners('onSeriesLimit', logger);
    this.#metadataListeners = new Listeners('onMetadata', logger);
    this.#connection = new Connection(webSocketUrl(url), checkToken(token), this.#settings, clock, {
      onOpen: () => {
        this.#subscriptions.resume();
        this.#history.resume();
      },
      onMessage: (message) => this.#onMessage(message),
      onError: (error) => this.#onError(error),
      onState: (info) => this.#onState(info),
    });
    const connection = this.#connection;
    this.#commands = new Commands(clock, (message) => connection.send(message));
    this.#history = new History(this.#commands, clock);
    const events = {
      get isConnected() {
        return connection.isOpen;
      },
      resume,
      onGap: (gap: api.Gap) => this.#gapListeners.notify(gap),
      onError: (error: MetricError) => this.#onError(error),
    };
    this.#subscriptions = new Subscriptions(events, this.#commands, clock);
  }

  get state(): api.State {
    return this.#connection.state;
  }

  get transport(): api.Transport {
    return this.#connection.transport;
  }

  get clientId(): string | null {
    return this.#connection.clientId;
  }

  get subscriptions(): readonly api.MetricSubscription[] {
    return this.#subscriptions.list;
  }

  connect(): void {
    toggleWakeUpEvents(true, this.#onWakeUp);
    this.#connection.connect();
  }

  disconnect(): void {
    this.#connection.disconnect();
  }

  ready(timeoutMs?: number): Promise<void> {
    if (this.state === 'connected') {
      return Promise.resolve();
    }
    const deferred = new Deferred<void>();
    const onTimeout = (): void => {
      this.#pendingReady.delete(entry);
      deferred.reject(new MetricError('TIMEOUT', `Not connected within ${timeoutMs} ms`));
    };
    const timer = timeoutMs === undefined ? undefined : this.#clock.schedule(timeoutMs, onTimeout);
    const entry = { deferred, cancel: () => timer?.cancel() };
    this.#pendingReady.add(entry);
    return this.#unlessEnded(deferred.promise);
  }

  setToken(token: api.Token): void {
    this.#connection.token = checkToken(token);
    if (typeof token === 'string' && this.state === 'connected') {
      this.#connection.sendToken(token);
    }
  }

  subscribe(subscription: api.MetricSubscription, { signal }: api.ListenOptions = {}): Promise<string[]> {
    if (subscription?.compression) {
      decoder.load().catch(() => {}); // preloads the decoder; the first frame that needs it reports a failure
    }
    const channels = requireChannels(subscription?.channels);
    signal?.throwIfAborted();
    const confirmation = this.#subscriptions.add({ ...subscription, channels });
    this.#holders.add(channels, signal);
    return this.#unlessEnded(confirmation);
  }

  unsubscribe(channels: string[]): Promise<void> {
    this.#holders.clear(requireChannels(channels));
    return this.#subscriptions.remove(channels);
  }

  onMetric(channel: string, listener: (metric: api.Metric) => void, options?: api.ListenOptions): api.Unsubscribe {
    return this.#metricListeners.add(channel, listener, options);
  }

  offMetric(channel: string, listener: (metric: api.Metric) => void): void {
    this.#metricListeners.remove(channel, listener);
  }

  onConnectionChange(listener: (connected: boolean, info: api.ConnectionInfo) => void, options?: api.ListenOptions): api.Unsubscribe {
    return this.#connectionListeners.add(listener, options);
  }

  onError(listener: (error: MetricError) => void, options?: api.ListenOptions): api.Unsubscribe {
    return this.#errorListeners.add(listener, options);
  }

  onGap(listener: (gap: api.Gap) => void, options?: api.ListenOptions): api.Unsubscribe {
    return this.#gapListeners.add(listener, options);
  }

  onSeriesLimit(listener: (limit: api.SeriesLimit) => void, options?: api.ListenOptions): api.Unsubscribe {
    return this.#seriesLimitListeners.add(listener, options);
  }

  onMetadata(listener: (metadata: api.MetricMetadata) => void, options?: api.ListenOptions): api.Unsubscribe {
    return this.#metadataListeners.add(listener, options);
  }

  metrics(channel: string, { signal }: api.ListenOptions = {}): AsyncIterableIterator<api.Metric> {
    const end = (): void => iterator.end();
    const iterator: PushIterator<api.Metric> = new PushIterator(
      this.#settings.bufferSize,
      () => this.#stats.dropped++,
      () => {
        unsubscribe();
        signal?.removeEventListener('abort', end);
        this.#iterators.delete(iterator);
      },
    );
    const unsubscribe = this.onMetric(channel, (metric) => iterator.push(metric));
    this.#iterators.add(iterator);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) {
      end();
    }
    return iterator;
  }

  getHistory(request: api.HistoryRequest, { signal }: api.ListenOptions = {}): Promise<api.Metric[]> {
    return this.#unlessEnded(this.#history.get(request, signal));
  }

  getBufferedMetrics(filter?: api.BufferFilter): api.Metric[] {
    return this.#buffer.read(filter);
  }

  clearBuffer(): void {
    this.#buffer.clear();
  }

  serverNow(): number | null {
    return this.#connection.serverClock.now();
  }

  stats(): api.Stats {
    return {
      ...this.#stats,
      frames: this.#connection.frames,
      duplicates: this.#subscriptions.duplicates,
      reconnects: Math.max(0, this.#connection.welcomes - 1),
      roundTripMs: this.#commands.roundTripMs,
    };
  }

  #onMessage(message: Message): void {
    if ('metadata' in message) {
      message.metadata.forEach((each) => this.#metadataListeners.notify(each));
    }
    switch (message.kind) {
      case 'metrics':
        this.#deliver(message);
        break;
      case 'subscribed':
      case 'unsubscribed':
      case 'history':
        this.#commands.complete(message);
        break;
      case 'lagged':
        this.#onLag(message);
        break;
      case 'seriesLimit':
        this.#onSeriesLimit(message);
        break;
      case 'error':
        if (!this.#commands.complete(message)) {
          this.#onError(message.error);
        }
        break;
    }
  }

  #deliver(message: Extract<Message, { kind: 'metrics' }>): void {
    for (const metric of this.#subscriptions.accept(message)) {
      this.#stats.metrics++;
      this.#buffer.add(metric);
      this.#metricListeners.notify(metric);
    }
  }

  #onLag({ channel, missed, position }: Extract<Message, { kind: 'lagged' }>): void {
    this.#stats.missed += missed ?? 0;
    if (position) {
      this.#subscriptions.moveTo(channel, position);
    }
    this.#gapListeners.notify({ channel, ...(missed !== undefined && { missed }), recovered: false });
  }

  #onSeriesLimit({ channel, missed }: api.SeriesLimit): void {
    this.#stats.overSeriesLimit += missed;
    if (this.#seriesLimitListeners.size === 0) {
      this.#settings.logger.warn(`GreenLang metrics: ${channel} is at its limit of series; ${missed} metrics of new series were dropped`);
    }
    this.#seriesLimitListeners.notify({ channel, missed });
  }

  #onError(error: MetricError): void {
    if (error.code === 'MALFORMED') {
      this.#stats.malformed++;
    }
    if (this.#errorListeners.size === 0) {
      this.#settings.logger.warn(`GreenLang metrics: ${error.message} (${error.code})`);
    }
    this.#errorListeners.notify(error);
  }

  #onState(info: api.ConnectionInfo): void {
    const isConnected = info.state === 'connected';
    if (!isConnected) {
      this.#subscriptions.pause();
      this.#history.pause();
      this.#commands.failAll(new MetricError('CONNECTION', info.reason ?? 'The connection was lost'));
    }
    const isFinal = info.state === 'closed' || info.state === 'failed';
    if (isFinal) {
      this.#terminate(new MetricError(info.state === 'closed' ? 'CLOSED' : 'FAILED', info.reason ?? info.state));
    }
    if (isConnected) {
      this.#settleReady((deferred) => deferred.resolve());
    }
    this.#connectionListeners.notify(isConnected, info);
  }

  #terminate(error: MetricError): void {
    toggleWakeUpEvents(false, this.#onWakeUp);
    this.#rejectPending(error);
    this.#iterators.forEach((iterator) => iterator.end());
  }

  /**
   * Rejects a call in a state that only `connect()` ends: it would wait forever, or refer to a connection that is lost. `connect()`
   * may follow in the same task.
   */
  #unlessEnded<T>(call: Promise<T>): Promise<T> {
    const result = Promise.resolve().then(() => {
      if (this.state === 'failed' || this.state === 'closed') {
        const error = new MetricError('CLOSED', `Not connected: the service is ${this.state}`);
        this.#rejectPending(error);
        throw error;
      }
      return call;
    });
    result.catch(() => {}); // the application may ignore it
    return result;
  }

  #rejectPending(error: MetricError): void {
    this.#subscriptions.close(error);
    this.#history.close(error);
    this.#settleReady((deferred) => deferred.reject(error));
  }

  #settleReady(settle: (deferred: Deferred<void>) => void): void {
    for (const entry of this.#pendingReady) {
      entry.cancel();
      settle(entry.deferred);
    }
    this.#pendingReady.clear();
  }

  /** Retries immediately when the network is back or the page becomes visible. */
  readonly #onWakeUp = (): void => {
    if (this.state === 'reconnecting' && globalThis.document?.visibilityState !== 'hidden') {
      this.connect();
    }
  };
}

/** Adds or removes the browser events that make an immediate retry worthwhile. */
function toggleWakeUpEvents(isEnabled: boolean, onWakeUp: () => void): void {
  const change = isEnabled ? 'addEventListener' : 'removeEventListener';
  globalThis.window?.[change]('online', onWakeUp);
  globalThis.document?.[change]('visibilitychange', onWakeUp);
}

function requireChannels(channels: unknown): string[] {
  if (!Array.isArray(channels) || channels.length === 0 || !channels.every((each) => typeof each === 'string' && each !== '')) {
    throw new TypeError(`channels must be a list of at least one name; it is ${JSON.stringify(channels)}`);
  }
  return channels as string[];
}
