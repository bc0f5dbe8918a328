import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { decode, encode } from '@msgpack/msgpack';
import { Peer } from './peer.mjs';

/**
 * A client in another language, which runs as a separate program. Its last argument is the URL. Each frame is one line:
 *
 *     text <JSON>           in both directions
 *     binary <base64>       in both directions
 *     messagepack <JSON>    from the program, if it has decoded the frame
 *     closed <code>         from the program
 *
 * The program closes the connection at the end of its input.
 */
export class PipePeer extends Peer {
  #child;
  #ended;

  static async connect(program, args, url) {
    const peer = new PipePeer();
    const child = spawn(program, [...args, url], { stdio: ['pipe', 'pipe', 'inherit'] });
    peer.#child = child;
    peer.#ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.on('error', () => {}); // the program may exit before it has read all input
    const lines = createInterface({ input: child.stdout }).on('line', (line) => peer.#read(line));
    await once(child, 'spawn');
    lines.once('close', () => peer.end(NaN)); // the program exited without a close code; NaN equals none
    return peer;
  }

  send(message) {
    this.#child.stdin.write(`text ${JSON.stringify(message)}\n`);
  }

  sendMessagePack(message) {
    this.#child.stdin.write(`binary ${Buffer.from(encode(message)).toString('base64')}\n`);
  }

  /** Writes a line to a program that has its own commands. */
  command(line) {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends the program's input and returns its exit code. */
  async close() {
    this.#child.stdin.end();
    return this.#ended;
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
        throw new Error(`Unexpected output of the client: ${line}`);
    }
  }
}
