import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { decode, encode } from '@msgpack/msgpack';
import { Peer } from './peer.mjs';

/**
 * A client that is a program in another language. It gets the address as its last argument, and then each frame is a line:
 *
 *     text <JSON>           both ways
 *     binary <base64>       both ways
 *     messagepack <JSON>    from the program, where it has decoded the frame itself
 *     closed <code>         from the program
 *
 * The end of its input tells it to close the connection.
 */
export class PipePeer extends Peer {
  #child;
  #ended;

  static async connect(program, args, address) {
    const peer = new PipePeer();
    const child = spawn(program, [...args, address], { stdio: ['pipe', 'pipe', 'inherit'] });
    peer.#child = child;
    peer.#ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.on('error', () => {}); // it may end before it has read everything
    const lines = createInterface({ input: child.stdout }).on('line', (line) => peer.#read(line));
    await once(child, 'spawn');
    lines.once('close', () => peer.end(NaN)); // it died without a word: no close code equals this
    return peer;
  }

  send(message) {
    this.#child.stdin.write(`text ${JSON.stringify(message)}\n`);
  }

  sendMessagePack(message) {
    this.#child.stdin.write(`binary ${Buffer.from(encode(message)).toString('base64')}\n`);
  }

  async close() {
    this.#child.stdin.end();
    await this.#ended;
  }

  #read(line) {
    const [, kind, rest] = /^(\w+) (.*)$/.exec(line) ?? [];
    switch (kind) {
      case 'text':
        return this.receive('json', JSON.parse(rest));
      case 'messagepack':
        return this.receive('messagepack', JSON.parse(rest));
      case 'binary':
        return this.receive('messagepack', decode(Buffer.from(rest, 'base64')));
      case 'closed':
        return this.end(Number(rest));
      default:
        throw new Error(`the client said: ${line}`);
    }
  }
}
