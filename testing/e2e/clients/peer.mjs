import { EventEmitter, once } from 'node:events';

const TIMEOUT_MILLIS = 60_000; // the clients of a container start together, dozens of programs on few processors

/**
 * The client side of a connection, independent of its program. It records the received frames and waits for more.
 *
 * Subclasses call `receive` and `end`. They implement `send` (JSON in a text frame), `sendMessagePack` and `close`.
 *
 * @typedef {{encoding: 'json' | 'messagepack', message: any}} Frame
 */
export class Peer {
  /** @type {Frame[]} all received frames, oldest first */
  frames = [];
  /** The close code; null while the connection is open. */
  closeCode = null;
  #events = new EventEmitter();

  /** @param {'json' | 'messagepack'} encoding */
  receive(encoding, message) {
    this.frames.push({ encoding, message });
    this.#events.emit('event');
  }

  /** @param {number} closeCode */
  end(closeCode) {
    this.closeCode ??= closeCode;
    this.#events.emit('event');
  }

  /** Returns the first frame of a type after the first `skip` frames. Waits for it if necessary. */
  async next(type, skip = 0) {
    const [frame] = await this.matching(({ message }) => message.type === type, 1, skip, type);
    return frame;
  }

  /** Returns the first `count` values of a metric after the first `skip` frames. */
  metrics(name, count, skip = 0) {
    return this.matching(({ message }) => message.name === name, count, skip, name);
  }

  /** Returns the first `count` frames that match a predicate after the first `skip` frames. */
  async matching(predicate, count, skip, description) {
    const matches = () => this.frames.slice(skip).filter(predicate);
    await this.#until(() => matches().length >= count || this.closeCode !== null, `${count} × ${description}`);
    if (matches().length < count) {
      throw new Error(`The connection was closed with code ${this.closeCode} before ${count} × ${description} arrived; ${this.#recentFrames()}`);
    }
    return matches().slice(0, count);
  }

  /** Waits for the server to close the connection and returns the close code. */
  async closed() {
    await this.#until(() => this.closeCode !== null, 'a close');
    return this.closeCode;
  }

  async #until(condition, description) {
    const signal = AbortSignal.timeout(TIMEOUT_MILLIS);
    while (!condition()) {
      await once(this.#events, 'event', { signal }).catch(() => {
        throw new Error(`Timed out waiting for ${description}; ${this.#recentFrames()}`);
      });
    }
  }

  #recentFrames() {
    return `the last of ${this.frames.length} frames: ${JSON.stringify(this.frames.slice(-5))}`;
  }
}

/** Tests for a metric. Metrics are the only frames whose `type` is not a message type. */
export const isMetric = ({ message }) => 'channel' in message && 'name' in message;

/** Returns the documented WebSocket URL of a server. */
export function serverUrl(server, token = server.token) {
  const query = token === null ? '' : `?token=${token}`;
  return `ws://127.0.0.1:${server.port}/ws/metrics${query}`;
}
