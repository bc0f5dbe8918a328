import { once } from 'node:events';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocket } from 'ws';
import { Peer } from './peer.mjs';

/** A client built from the npm packages `ws` and `@msgpack/msgpack`. */
export class WsPeer extends Peer {
  #socket;

  /** @param {import('ws').ClientOptions} [options] */
  static async connect(url, options) {
    const peer = new WsPeer();
    peer.#socket = new WebSocket(url, options);
    peer.#socket.on('message', (data, isBinary) =>
      isBinary ? peer.receive('messagepack', decode(data)) : peer.receive('json', JSON.parse(String(data))),
    );
    peer.#socket.on('close', (code) => peer.end(code));
    await once(peer.#socket, 'open');
    return peer;
  }

  send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  sendMessagePack(message) {
    this.#socket.send(encode(message));
  }

  async close() {
    this.#socket.close();
    await this.closed();
  }
}
