import { MetricBuffer } from './buffer.js';
import { type Clock, systemClock } from './clock.js';
import { decoder } from './codec.js';
import { Commands } from './commands.js';
import { Connection } from './connection.js';
import { Deferred } from './deferred.js';
import { MetricError } from './errors.js';
import { History } from './history.js';
import { Pushed } from './iterator.js';
import { Listeners } from './listeners.js';
import type { Message } from './messages.js';
import { checkToken, type Settings, settings, webSocketUrl } from './options.js';
import { Routes } from './routes.js';
import { Subscriptions } from './subscriptions.js';
import type * as api from './types.js';

// Browsers have it later than the rest.
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? (Symbol.for('Symbol.asyncDispose') as never);

/** Ties the parts together; each rule lives in one of them. */
export class Service implements api.MetricService {
  readonly #settings: Settings;
  readonly #connection: Connection;
  readonly #commands: Commands;
  readonly #subscriptions: Subscriptions;
  readonly #history: History;
  readonly #buffer: MetricBuffer;
  readonly #routes: Routes;
  readonly #changes: Listeners<[boolean, api.ConnectionInfo]>;
  readonly #errors: Listeners<[MetricError]>;
  readonly #gaps: Listeners<[api.Gap]>;
  readonly #iterators = new Set<Pushed<api.Metric>>();
  readonly #readers = new Set<{ deferred: Deferred<void>; cancel(): void }>();
  readonly #clock: Clock;
  readonly #stats = { metrics: 0, malformed: 0, missed: 0, dropped: 0 };

  constructor(url: string, token: api.Token = null, options?: api.Options, clock: Clock = systemClock) {
    this.#settings = settings(options);
    this.#clock = clock;
    const { logger, bufferSize, resume } = this.#settings;
    this.#buffer = new MetricBuffer(bufferSize);
    this.#routes = new Routes(logger);
    this.#changes = new Listeners('onConnectionChange', logger);
    this.#errors = new Listeners('onError', logger);
    this.#gaps = new Listeners('onGap', logger);
    this.#connection = new Connection(webSocketUrl(url), checkToken(token), this.#settings, clock, {
      onWelcome: () => {
        this.#subscriptions.resume();
        this.#history.resume();
      },
      onMessage: (message) => this.#onMessage(message),
      onError: (error) => this.#onError(error),
      onState: (info) => this.#onState(info),
    });
    const connection = this.#connection;
    this.#commands = new Commands(clock, (message) => connection.send(message));
    this.#history = new History(this.#commands);
    const delivering = {
      get isConnected() {
        return connection.state === 'connected';
      },
      resume,
      gap: (gap: api.Gap) => this.#gaps.call(gap),
      error: (error: MetricError) => this.#onError(error),
    };
    this.#subscriptions = new Subscriptions(delivering, this.#commands, clock);
  }

  get state(): api.State {
    return this.#connection.state;
  }

  get clientId(): string | null {
    return this.#connection.clientId;
  }

  get subscriptions(): readonly api.MetricSubscription[] {
    return this.#subscriptions.list;
  }

  connect(): void {
    wakeUps(true, this.#wake);
    this.#connection.connect();
  }

  disconnect(): void {
    this.#connection.disconnect();
  }

  ready(timeoutMs?: number): Promise<void> {
    if (this.state === 'connected') {
      return Promise.resolve();
    }
    if (this.state === 'failed' || this.state === 'closed') {
      return Promise.reject(new MetricError('CLOSED', `Not connected: the service is ${this.state}`));
    }
    const deferred = new Deferred<void>();
    const late = (): void => {
      this.#readers.delete(reader);
      deferred.reject(new MetricError('TIMEOUT', `Not connected within ${timeoutMs} ms`));
    };
    const timer = timeoutMs === undefined ? undefined : this.#clock.after(timeoutMs, late);
    const reader = { deferred, cancel: () => timer?.cancel() };
    this.#readers.add(reader);
    return deferred.promise;
  }

  setToken(token: api.Token): void {
    this.#connection.token = checkToken(token);
    if (typeof token === 'string' && this.state === 'connected') {
      this.#connection.send({ type: 'refresh_token', id: 'token', data: { token } }); // with an id: a refusal ends nothing
    }
  }

  subscribe(subscription: api.MetricSubscription): Promise<string[]> {
    if (subscription?.compression) {
      decoder.load().catch(() => {}); // so that it is there in time; a failure is told when a frame needs it
    }
    return this.#subscriptions.add({ ...subscription, channels: channelList(subscription?.channels) });
  }

  unsubscribe(channels: string[]): Promise<void> {
    return this.#subscriptions.remove(channelList(channels));
  }

  onMetric(channel: string, listener: (metric: api.Metric) => void, options?: api.ListenOptions): api.Unsubscribe {
    return this.#routes.add(channel, listener, options);
  }

  offMetric(channel: string, listener: (metric: api.Metric) => void): void {
    this.#routes.remove(channel, listener);
  }

  onConnectionChange(listener: (connected: boolean, info: api.ConnectionInfo) => void): api.Unsubscribe {
    return this.#changes.add(listener);
  }

  onError(listener: (error: MetricError) => void): api.Unsubscribe {
    return this.#errors.add(listener);
  }

  onGap(listener: (gap: api.Gap) => void): api.Unsubscribe {
    return this.#gaps.add(listener);
  }

  metrics(channel: string, { signal }: api.ListenOptions = {}): AsyncIterableIterator<api.Metric> {
    const end = (): void => iterator.end();
    const iterator: Pushed<api.Metric> = new Pushed(
      this.#settings.bufferSize,
      () => this.#stats.dropped++,
      () => {
        off();
        signal?.removeEventListener('abort', end);
        this.#iterators.delete(iterator);
      },
    );
    const off = this.onMetric(channel, (metric) => iterator.push(metric));
    this.#iterators.add(iterator);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) {
      end();
    }
    return iterator;
  }

  getHistory(request: api.HistoryRequest): Promise<api.Metric[]> {
    return this.#history.get(request);
  }

  getBufferedMetrics(filter?: api.BufferFilter): api.Metric[] {
    return this.#buffer.read(filter);
  }

  clearBuffer(): void {
    this.#buffer.clear();
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

  async [asyncDispose](): Promise<void> {
    this.disconnect();
  }

  #onMessage(message: Message): void {
    switch (message.kind) {
      case 'metrics':
        this.#deliver(message);
        break;
      case 'subscribed':
      case 'unsubscribed':
      case 'history':
        this.#commands.answer(message);
        break;
      case 'lagged':
        this.#lag(message);
        break;
      case 'error':
        if (!this.#commands.answer(message)) {
          this.#onError(message.error);
        }
        break;
    }
  }

  #deliver(message: Extract<Message, { kind: 'metrics' }>): void {
    for (const metric of this.#subscriptions.accept(message)) {
      this.#stats.metrics++;
      this.#buffer.add(metric);
      this.#routes.deliver(metric);
    }
  }

  #lag({ channel, missed, position }: Extract<Message, { kind: 'lagged' }>): void {
    this.#stats.missed += missed ?? 0;
    if (position) {
      this.#subscriptions.moveTo(channel, position);
    }
    this.#gaps.call({ channel, ...(missed !== undefined && { missed }), recovered: false });
  }

  #onError(error: MetricError): void {
    if (error.code === 'MALFORMED') {
      this.#stats.malformed++;
    }
    if (this.#errors.size === 0) {
      this.#settings.logger.warn(`GreenLang metrics: ${error.message} (${error.code})`);
    }
    this.#errors.call(error);
  }

  #onState(info: api.ConnectionInfo): void {
    const isConnected = info.state === 'connected';
    if (!isConnected) {
      this.#subscriptions.pause();
      this.#history.pause();
      this.#commands.lose(new MetricError('CONNECTION', info.reason ?? 'The connection was lost'));
    }
    const isOver = info.state === 'closed' || info.state === 'failed';
    if (isOver) {
      this.#end(new MetricError(info.state === 'closed' ? 'CLOSED' : 'FAILED', info.reason ?? info.state));
    }
    if (isConnected) {
      this.#settleReaders((deferred) => deferred.resolve());
    }
    this.#changes.call(isConnected, info);
  }

  #end(error: MetricError): void {
    wakeUps(false, this.#wake);
    this.#subscriptions.close(error);
    this.#history.close(error);
    this.#settleReaders((deferred) => deferred.reject(error));
    this.#iterators.forEach((iterator) => iterator.end());
  }

  #settleReaders(settle: (deferred: Deferred<void>) => void): void {
    for (const reader of this.#readers) {
      reader.cancel();
      settle(reader.deferred);
    }
    this.#readers.clear();
  }

  /** The network is back, or somebody looks: why wait. */
  readonly #wake = (): void => {
    if (this.state === 'reconnecting' && globalThis.document?.visibilityState !== 'hidden') {
      this.connect();
    }
  };
}

/** In a browser the page tells when waiting has become pointless. */
function wakeUps(on: boolean, wake: () => void): void {
  const change = on ? 'addEventListener' : 'removeEventListener';
  globalThis.window?.[change]('online', wake);
  globalThis.document?.[change]('visibilitychange', wake);
}

function channelList(channels: unknown): string[] {
  if (!Array.isArray(channels) || channels.length === 0 || !channels.every((each) => typeof each === 'string' && each !== '')) {
    throw new TypeError(`channels must be a list of at least one name; it is ${JSON.stringify(channels)}`);
  }
  return channels as string[];
}
