import type { Transport } from './types.js';

/** The close code of events with which the client returns to the WebSocket. */
export const WEBSOCKET_WORKS = 4000;

/** The close code of a connection that ended without one. */
const ABNORMAL = 1006;
/** The number of WebSockets without a `welcome` after which the client tries server-sent events. */
const MAX_BLOCKED = 2;

/**
 * The choice of the transport of each attempt.
 *
 * WebSockets count as blocked if two in succession ended without a `welcome` and without a close code of a server. Server-sent
 * events then follow at once. If they fail too, the next attempt begins with the WebSocket: the server cannot be reached at all.
 */
export class TransportChoice {
  transport: Transport;
  #blocked = 0;

  constructor(private readonly allowed: 'auto' | Transport) {
    this.transport = allowed === 'sse' ? 'sse' : 'websocket';
  }

  /** Records that a WebSocket works. */
  onWelcome(): void {
    this.#blocked = 0;
  }

  /**
   * Chooses the transport of the next attempt.
   *
   * @param hasFailed whether the socket received neither a `welcome` nor another answer
   * @return true if the next attempt must follow without delay, because it tries the other transport
   */
  onEnd(hasFailed: boolean, code = ABNORMAL): boolean {
    const isBlocked = hasFailed && code === ABNORMAL;
    if (this.allowed !== 'auto') {
      return false;
    }
    if (this.transport === 'websocket') {
      this.#blocked += Number(isBlocked);
      this.transport = isBlocked && this.#blocked >= MAX_BLOCKED ? 'sse' : 'websocket';
      return this.transport === 'sse';
    }
    this.transport = isBlocked || code === WEBSOCKET_WORKS ? 'websocket' : 'sse';
    return false;
  }
}
