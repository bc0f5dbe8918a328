/**
 * Server-sent events in place of the WebSocket, as a separate module that the client loads when it cannot open a WebSocket.
 */

import type { Clock, Timer } from '../clock.js';
import type { Settings } from '../options.js';
import type { WebSocketLike } from '../websocket.js';
import { eventsUrlOf } from './query.js';
import { EventSocket } from './socket.js';

/** The transport, as its sockets see it. */
export interface EventContext {
  readonly url: URL;
  readonly settings: Settings;
  readonly clock: Clock;
  /**
   * Whether the query carries the token, as that of a WebSocket does. The header would replace the `Authorization: Basic` with
   * which a browser signs in to a proxy.
   */
  isTokenInQuery: boolean;
  /** Reports that metrics arrive by events. */
  onConnected(): void;
  /** Tries the WebSocket after a while, again and again, until one works or the timer is cancelled. */
  watchWebSocket(token: string | null, onWorking: () => void): Timer;
}

/** The first delay before another WebSocket is opened, and the greatest, in multiples of the greatest delay of a reconnect. */
const FIRST_DELAY = 2;
const LAST_DELAY = 20;

/** The server-sent events of one connection. It opens sockets that understand the commands of a WebSocket. */
export class EventTransport implements EventContext {
  readonly url: URL;
  isTokenInQuery = false;
  #isReported = false;
  #retryDelay: number;
  /** The time of the next attempt. A lost stream does not postpone it. */
  #retryAt: number | undefined;

  constructor(
    private readonly webSocketUrl: URL,
    readonly settings: Settings,
    readonly clock: Clock,
    private readonly openWebSocket: (token: string | null) => WebSocketLike,
  ) {
    this.url = eventsUrlOf(webSocketUrl, settings.eventsUrl);
    this.#retryDelay = settings.maxMs * FIRST_DELAY;
  }

  open(token: string | null): WebSocketLike {
    return new EventSocket(this, token);
  }

  onConnected(): void {
    if (!this.#isReported && this.settings.transport === 'auto') {
      this.#log('cannot be opened; metrics arrive by server-sent events until it can');
    }
    this.#isReported = true;
  }

  watchWebSocket(token: string | null, onWorking: () => void): Timer {
    let timer: Timer | undefined;
    let socket: WebSocketLike | undefined;
    const cancel = (): void => {
      timer?.cancel();
      if (socket) {
        socket.onmessage = socket.onclose = null;
        socket.close();
      }
      socket = undefined;
    };
    const schedule = (): void => {
      cancel();
      const now = this.clock.now();
      this.#retryAt ??= now + this.#retryDelay * (0.5 + this.clock.random() / 2);
      timer = this.clock.schedule(Math.max(0, this.#retryAt - now), attempt);
    };
    const attempt = (): void => {
      this.#retryAt = undefined;
      this.#retryDelay = Math.min(2 * this.#retryDelay, this.settings.maxMs * LAST_DELAY);
      timer = this.clock.schedule(this.settings.connectTimeoutMs, schedule);
      socket = this.openWebSocket(token);
      socket.onerror = () => {};
      socket.onclose = schedule;
      socket.onmessage = () => {
        cancel();
        this.#isReported = false;
        this.#log('can be opened again; the client returns to it');
        onWorking();
      };
    };
    if (this.settings.transport === 'auto') {
      schedule();
    }
    return { cancel };
  }

  #log(event: string): void {
    this.settings.logger.warn(`GreenLang metrics: a WebSocket to ${this.webSocketUrl.origin}${this.webSocketUrl.pathname} ${event}`);
  }
}
