import { EventEmitter, once } from 'node:events';

const PATIENCE_MILLIS = 20_000;

/**
 * A client's end of a connection, whatever program it is made of: what it has been told, and a way to wait for more.
 *
 * Subclasses call `receive` and `end`, and bring `send` (JSON in a text frame), `sendMessagePack` and `close`.
 *
 * @typedef {{encoding: 'json' | 'messagepack', message: any}} Frame
 */
export class Peer {
  /** @type {Frame[]} everything that has come, oldest first */
  frames = [];
  /** The close code; null while the connection is open. */
  closeCode = null;
  #news = new EventEmitter();

  /** @param {'json' | 'messagepack'} encoding */
  receive(encoding, message) {
    this.frames.push({ encoding, message });
    this.#news.emit('news');
  }

  /** @param {number} closeCode */
  end(closeCode) {
    this.closeCode ??= closeCode;
    this.#news.emit('news');
  }

  /** The first frame of a type that comes, or has come after the first `from` frames. */
  async next(type, from = 0) {
    const [frame] = await this.matching(({ message }) => message.type === type, 1, from, type);
    return frame;
  }

  /** The first so many values of a metric after the first `from` frames. */
  metrics(name, count, from = 0) {
    return this.matching(({ message }) => message.name === name, count, from, name);
  }

  async matching(wanted, count, from, what) {
    const found = () => this.frames.slice(from).filter(wanted);
    await this.#until(() => found().length >= count || this.closeCode !== null, `${count} × ${what}`);
    if (found().length < count) {
      throw new Error(`closed with ${this.closeCode} before ${count} × ${what} had come; ${this.#lately()}`);
    }
    return found().slice(0, count);
  }

  /** The code with which the server ends the connection. */
  async closed() {
    await this.#until(() => this.closeCode !== null, 'a close');
    return this.closeCode;
  }

  async #until(condition, what) {
    const signal = AbortSignal.timeout(PATIENCE_MILLIS);
    while (!condition()) {
      await once(this.#news, 'news', { signal }).catch(() => {
        throw new Error(`waited in vain for ${what}; ${this.#lately()}`);
      });
    }
  }

  #lately() {
    return `the last of ${this.frames.length} frames: ${JSON.stringify(this.frames.slice(-5))}`;
  }
}

/** A frame that carries a metric: the only ones without a `type` from the list of messages. */
export const isMetric = ({ message }) => 'channel' in message && 'name' in message;

/** The WebSocket's address as the product's page has it. */
export function address(server, token = server.token) {
  const query = token === null ? '' : `?token=${token}`;
  return `ws://127.0.0.1:${server.port}/ws/metrics${query}`;
}
