import { withToken } from './address.js';
import { Backoff } from './backoff.js';
import { readFrame } from './messages.js';

/**
 * Keeps one WebSocket to the metrics server alive.
 *
 * "Connected" means that the server's `welcome` came, not that a socket opened: a proxy in front of a dead server accepts
 * sockets too.
 *
 * @typedef {{name: 'connecting'}
 *   | {name: 'connected'}
 *   | {name: 'reconnecting', retryAt: number, attempts: number}
 *   | {name: 'refused', reason: string}
 *   | {name: 'closed'}} ConnectionState `retryAt` is on the clock of `Date.now()`
 *
 * @typedef {object} ConnectionListener
 * @property {(state: ConnectionState) => void} onState
 * @property {(message: import('./messages.js').Message) => void} onMessage called for each frame that makes sense
 * @property {() => void} onMalformed called for each frame that does not
 */

const SUBSCRIBE = JSON.stringify({
  type: 'subscribe',
  data: { channels: ['system.metrics'], batch: true, latest: true },
});
const PONG = JSON.stringify({ type: 'pong' });

const CONNECT_TIMEOUT_MILLIS = 10_000;
/** A connection that lives shorter than this did not work: the backoff goes on growing across a server's crash loop. */
const STABLE_MILLIS = 5_000;
const WATCH_MILLIS = 5_000;
/** The server pings every interval. A third of one on top forgives a slow network. */
const SILENCE_FACTOR = 4 / 3;

/** The server's "do not come back like this": 4400 malformed, 4401 unauthorized, and their kin. */
const FIRST_FINAL_CODE = 4400;
const LAST_FINAL_CODE = 4403;
const UNAUTHORIZED = 4401;

export class MetricsConnection {
  #url;
  #token;
  #listener;
  #WebSocket;
  #backoff;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {ConnectionState} */
  #state = { name: 'closed' };
  /** Why the server does not like the token, if it said so. */
  #denial = '';
  #heardAt = 0;
  /** @type {Array<ReturnType<typeof setTimeout>>} */
  #timers = [];

  /**
   * @param {string} url without a token
   * @param {string | null} token
   * @param {ConnectionListener} listener
   * @param {{WebSocket?: typeof WebSocket, backoff?: Backoff}} [seams] for tests
   */
  constructor(url, token, listener, { WebSocket = globalThis.WebSocket, backoff = new Backoff() } = {}) {
    this.#url = url;
    this.#token = token;
    this.#listener = listener;
    this.#WebSocket = WebSocket;
    this.#backoff = backoff;
  }

  get state() {
    return this.#state;
  }

  /** Connects now, whatever the countdown says. Does nothing while a socket is open or opening. */
  connect() {
    if (this.#socket) {
      return;
    }
    this.#clearTimers();
    this.#enter({ name: 'connecting' });
    try {
      this.#open(new this.#WebSocket(withToken(this.#url, this.#token)));
    } catch {
      this.#lost(); // for instance ws: from a page that came by https:
    }
  }

  /** For good: no reconnect, no timer left. */
  close() {
    this.#drop();
    this.#enter({ name: 'closed' });
  }

  /**
   * Timers of a hidden tab may run a minute late, and those of a sleeping machine not at all. So whoever sees the page or
   * the network come back calls this.
   */
  wake() {
    if (this.#state.name === 'reconnecting' && Date.now() >= this.#state.retryAt) {
      this.connect();
    }
  }

  /** @param {WebSocket} socket */
  #open(socket) {
    this.#socket = socket;
    this.#denial = '';
    // An event of a socket that has been given up must not touch its successor's state.
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(data);
    socket.onclose = ({ code }) => socket === this.#socket && this.#closed(code);
    this.#after(CONNECT_TIMEOUT_MILLIS, () => this.#lost());
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#heardAt = Date.now();
    const message = readFrame(data);
    if (!message) {
      this.#listener.onMalformed();
      return;
    }
    if (message.kind === 'welcome') {
      this.#welcomed(message.heartbeatSeconds);
    } else if (message.kind === 'ping') {
      this.#socket?.send(PONG);
    } else if (message.kind === 'error' && message.denied) {
      this.#denial = message.message;
    }
    this.#listener.onMessage(message);
  }

  /** @param {number} heartbeatSeconds */
  #welcomed(heartbeatSeconds) {
    this.#clearTimers();
    this.#after(STABLE_MILLIS, () => this.#backoff.reset());
    this.#watch(heartbeatSeconds * 1000 * SILENCE_FACTOR, Date.now());
    this.#socket?.send(SUBSCRIBE);
    this.#enter({ name: 'connected' });
  }

  /**
   * Notices a peer that is frozen behind a socket that still looks open.
   *
   * @param {number} limitMillis
   * @param {number} lookedAt
   */
  #watch(limitMillis, lookedAt) {
    this.#after(WATCH_MILLIS, () => {
      const now = Date.now();
      if (now - lookedAt > 2 * WATCH_MILLIS) {
        // This timer is late, so the page was throttled or asleep: its own silence proves nothing about the server.
        this.#heardAt = now;
      }
      if (now - this.#heardAt > limitMillis) {
        this.#lost();
      } else {
        this.#watch(limitMillis, now);
      }
    });
  }

  /** @param {number} code */
  #closed(code) {
    const isFinal = code >= FIRST_FINAL_CODE && code <= LAST_FINAL_CODE;
    if (isFinal || this.#denial) { // a proxy may swallow the code
      this.#drop();
      const fallback = code === UNAUTHORIZED ? 'Invalid authentication token' : `The server closed with code ${code}`;
      this.#enter({ name: 'refused', reason: this.#denial || fallback });
    } else {
      this.#lost();
    }
  }

  /** Gives the socket up and comes back later. */
  #lost() {
    this.#drop();
    const waitMillis = this.#backoff.next();
    this.#after(waitMillis, () => this.connect());
    this.#enter({ name: 'reconnecting', retryAt: Date.now() + waitMillis, attempts: this.#backoff.attempts });
  }

  #drop() {
    this.#clearTimers();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** @param {ConnectionState} state */
  #enter(state) {
    this.#state = state;
    this.#listener.onState(state);
  }

  /**
   * @param {number} millis
   * @param {() => void} action
   */
  #after(millis, action) {
    this.#timers.push(setTimeout(action, millis));
  }

  #clearTimers() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
  }
}
