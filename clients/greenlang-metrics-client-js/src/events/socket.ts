import type { Timer } from '../clock.js';
import { matches } from '../subscriptions.js';
import { WEBSOCKET_WORKS } from '../transport-choice.js';
import type { WebSocketLike } from '../websocket.js';
import { type SubscribeData, streamUrl } from './query.js';
import { EventStream } from './stream.js';
import type { EventContext } from './transport.js';

/** A subscribe command, and the channels that were unsubscribed before its answer. */
interface Subscription {
  readonly id: string;
  /** Commands have ascending numbers. The latest command that names a channel governs it, as on a WebSocket. */
  readonly number: number;
  readonly data: SubscribeData;
  readonly removed: string[];
}

/** A response, and the commands that it answers. They differ in their channels only. */
interface OpenStream {
  readonly key: string;
  readonly subscriptions: Subscription[];
  /** Whether its request has the token in the query. */
  readonly isTokenInQuery: boolean;
  stream: EventStream;
  /** The channels of the server's answer; empty before. */
  channels: string[];
  /** True if the stream has a channel that another stream governs, or that was unsubscribed. */
  isFiltered: boolean;
}

const ABNORMAL = 1006;
const RESTART = 1012;
const TRY_LATER = 1013;
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;
/** A browser has six connections to a server, over all tabs. */
const MAX_STREAMS = 4;
/** The maximum number of names in a stream. The server's limit is 128 channels. */
const MAX_NAMES = 100;

/**
 * A socket that understands the commands of a WebSocket, and executes them with HTTP requests.
 *
 * Commands that arrive together and differ in their channels only share a stream. If a further command would need too many
 * streams, the socket closes: the client reconnects and requests all of its subscriptions together. The end of one stream
 * closes the socket too, so that the client resumes all channels.
 */
export class EventSocket implements WebSocketLike {
  binaryType = '';
  onopen: ((event: any) => void) | null = null;
  onmessage: ((event: any) => void) | null = null;
  onclose: ((event: any) => void) | null = null;
  onerror: ((event: any) => void) | null = null;
  readonly #streams = new Set<OpenStream>();
  /** The number of the command that governs each channel. */
  readonly #owners = new Map<string, number>();
  /** The commands that wait for others of the same task. */
  #queue: Subscription[] = [];
  #lastNumber = 0;
  #isConnected = false;
  #isClosed = false;
  #webSocketWatch: Timer | undefined;

  constructor(
    private readonly context: EventContext,
    private readonly token: string | null,
  ) {
    this.#later(() => this.#openQueued());
  }

  send(text: string): void {
    const { type, id, channels, data } = JSON.parse(text);
    if (type === 'subscribe') {
      this.#queue.push({ id, number: ++this.#lastNumber, data, removed: [] });
      this.#later(() => this.#openQueued());
    } else if (type === 'unsubscribe') {
      this.#later(() => {
        this.#unsubscribe(channels);
        this.#emit({ type: 'unsubscribed', id, channels });
      });
    } else if (type === 'refresh_token') {
      this.#later(() => this.#close(RESTART, 'The token has changed, and a stream keeps its token'));
    } else if (type !== 'pong') {
      const message = `${type} needs a WebSocket, but the client uses server-sent events. Let proxies pass WebSockets, and try again`;
      this.#later(() => this.#emit({ type: 'error', id, code: 'NEEDS_WEBSOCKET', message }));
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#webSocketWatch?.cancel();
    this.#streams.forEach(({ stream }) => stream.close());
  }

  /** Runs an action after the current task, unless the socket is closed. A socket never calls back before its caller is ready. */
  #later(action: () => void): void {
    queueMicrotask(() => this.#isClosed || action());
  }

  #openQueued(): void {
    const groups = this.#group(this.#queue.splice(0));
    if (groups.length + this.#streams.size > MAX_STREAMS && groups.some((group) => this.#isMergeable(group))) {
      this.#close(RESTART, 'The client merges its streams');
      return;
    }
    for (const group of groups) {
      if (this.#streams.size < MAX_STREAMS) {
        this.#open(group);
      } else {
        const message = `Server-sent events carry at most ${MAX_STREAMS} subscriptions with different options at once; use fewer, or a WebSocket`;
        this.#reject(group, 'TOO_MANY_STREAMS', message);
      }
    }
    if (this.#streams.size === 0 && !this.#isConnected) {
      this.#open([]); // the error that a request without channels receives shows that the server accepts the token
    }
  }

  #group(subscriptions: Subscription[]): Subscription[][] {
    const groups = new Map<string, Subscription[]>();
    for (const each of subscriptions) {
      for (let part = 0; ; part++) {
        const key = `${part} ${optionsKey(each)}`;
        const group = groups.get(key) ?? [];
        if (group.length === 0 || [...group, each].flatMap(({ data }) => data.channels).length <= MAX_NAMES) {
          groups.set(key, [...group, each]);
          break;
        }
      }
    }
    return [...groups.values()];
  }

  /** Tests whether a stream has the options of a group, so that one stream could serve both after a reconnect. */
  #isMergeable(group: Subscription[]): boolean {
    const streams = [...this.#streams];
    const keys = [...streams.map(({ key }) => key), optionsKey(group[0]!)];
    return new Set(keys).size < keys.length;
  }

  #open(subscriptions: Subscription[]): void {
    const { url, clock, settings, isTokenInQuery } = this.context;
    const data = Object.assign({}, ...subscriptions.map((each) => each.data)) as SubscribeData;
    if (subscriptions.length > 0) {
      data.channels = [...new Set(subscriptions.flatMap((each) => each.data.channels))];
      data.since = Object.assign({}, ...subscriptions.map((each) => each.data.since));
    }
    const entry = { key: subscriptions[0] ? optionsKey(subscriptions[0]) : '', subscriptions, isTokenInQuery, channels: [] as string[], isFiltered: false } as unknown as OpenStream;
    this.#streams.add(entry);
    entry.stream = new EventStream(streamUrl(url, this.token, data, isTokenInQuery), isTokenInQuery ? null : this.token, clock, settings.connectTimeoutMs, {
      onEvent: (type, text) => this.#onEvent(entry, type, text),
      onRejected: (status, error) => this.#onRejected(entry, status, error),
      onEnd: (reason) => this.#close(ABNORMAL, reason),
    });
  }

  #onEvent(entry: OpenStream, type: string, text: string): void {
    if (type === 'welcome') {
      this.#onWelcome(entry, JSON.parse(text));
    } else if (type === 'subscribed') {
      this.#onSubscribed(entry, JSON.parse(text));
    } else if (type === 'close') {
      const { code, reason } = JSON.parse(text);
      this.#close(code, reason);
    } else if (!entry.isFiltered || type === 'error' || this.#governs(entry, JSON.parse(text).channel)) {
      this.onmessage?.({ data: text });
    }
  }

  #onWelcome({ stream }: OpenStream, welcome: { heartbeat_interval?: number; timestamp?: number }): void {
    stream.keepAlive(this.context.settings.heartbeatTimeoutMs ?? (welcome.heartbeat_interval ?? 30) * 1250);
    if (this.#isConnected) {
      this.#emit({ type: 'ping', timestamp: welcome.timestamp }); // the server's time
    }
    this.#connected(welcome);
  }

  /** Reports the first sign that the server accepts the client. */
  #connected(welcome: object): void {
    if (!this.#isConnected) {
      this.#isConnected = true;
      this.context.onConnected();
      this.#webSocketWatch = this.context.watchWebSocket(this.token, () => this.#close(WEBSOCKET_WORKS, 'A WebSocket can be opened again'));
      this.#emit({ type: 'welcome', ...welcome });
    }
  }

  #onSubscribed(entry: OpenStream, answer: { channels: string[] }): void {
    entry.channels = answer.channels;
    for (const channel of answer.channels) {
      const names = ({ data, removed }: Subscription): boolean =>
        data.channels.some((name) => matches(name, channel)) && !removed.some((name) => matches(name, channel));
      const numbers = entry.subscriptions.filter(names).map(({ number }) => number);
      const number = Math.max(...numbers, this.#owners.get(channel) ?? 0);
      if (number > 0) {
        this.#owners.set(channel, number);
      }
    }
    this.#closeUnused();
    entry.subscriptions.forEach(({ id }) => this.#emit({ ...answer, id }));
  }

  #onRejected(entry: OpenStream, status: number, error: { code: string; message: string } | undefined): void {
    this.#streams.delete(entry);
    const { subscriptions } = entry;
    const isLimited = error?.code === 'RATE_LIMITED';
    if (!error && this.#needsTokenInQuery(entry, status)) {
      this.context.isTokenInQuery = true;
      this.#open(subscriptions);
    } else if (!error) {
      this.#close(ABNORMAL, `${this.context.url} answered ${status}, so it has no server-sent events; the option eventsUrl sets their URL`);
    } else if (status === 401) {
      this.#emit({ type: 'error', ...error });
      this.#close(UNAUTHORIZED, error.message);
    } else if (status === 403) {
      this.#close(FORBIDDEN, error.message);
    } else if (status >= 500 || (isLimited && this.#streams.size === 0)) {
      this.#close(TRY_LATER, error.message);
    } else {
      this.#connected({});
      if (subscriptions.length > 1 && !isLimited) {
        const half = subscriptions.length >> 1; // one of the subscriptions is invalid, and must not affect the others
        this.#open(subscriptions.slice(0, half));
        this.#open(subscriptions.slice(half));
      } else {
        this.#reject(subscriptions, error.code, error.message);
      }
    }
  }

  /** Tests whether a proxy misses the credentials that the token replaced. An application that hides tokens from URLs is respected. */
  #needsTokenInQuery({ isTokenInQuery }: OpenStream, status: number): boolean {
    return status === 401 && this.token !== null && !isTokenInQuery && !this.context.settings.subprotocol;
  }

  #reject(subscriptions: Subscription[], code: string, message: string): void {
    subscriptions.forEach(({ id }) => this.#emit({ type: 'error', id, code, message }));
  }

  #unsubscribe(names: string[]): void {
    this.#streams.forEach(({ subscriptions, channels }) => {
      if (channels.length === 0) {
        subscriptions.forEach(({ removed }) => removed.push(...names));
      }
    });
    [...this.#owners.keys()].filter((channel) => names.some((name) => matches(name, channel))).forEach((channel) => this.#owners.delete(channel));
    this.#closeUnused();
  }

  /** Closes the streams whose channels were all unsubscribed, or subscribed again. */
  #closeUnused(): void {
    for (const entry of this.#streams) {
      const governed = entry.channels.filter((channel) => this.#governs(entry, channel));
      entry.isFiltered = governed.length < entry.channels.length;
      if (entry.channels.length > 0 && governed.length === 0) {
        this.#streams.delete(entry);
        entry.stream.close();
      }
    }
  }

  #governs({ subscriptions }: OpenStream, channel: string): boolean {
    const owner = this.#owners.get(channel);
    return subscriptions.some(({ number }) => number === owner);
  }

  #emit(message: object): void {
    if (!this.#isClosed) {
      this.onmessage?.({ data: JSON.stringify(message) });
    }
  }

  #close(code: number, reason: string): void {
    if (!this.#isClosed) {
      this.close();
      this.onclose?.({ code, reason });
    }
  }
}

/** Returns the options of a command as text: all but the channels, and what a request does not carry. */
function optionsKey({ data: { channels: _channels, since: _since, compression: _compression, ...options } }: Subscription): string {
  return JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
}
