import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PipePeer } from './pipe-peer.mjs';
import { WsPeer } from './ws-peer.mjs';

const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** The system's own, for which the packages are installed; another one in PATH does not have them. */
const PYTHON = process.env.PYTHON || '/usr/bin/python3';

/** The compiler's best is not worth its time in a program that lives for seconds. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** @typedef {(address: string) => Promise<import('./peer.mjs').Peer>} Open connects a client to an address */

/** @type {Open} */
export const openPython = (address) => PipePeer.connect(PYTHON, [here('python_client.py')], address);

/** @type {Open} */
export const openWs = (address) => WsPeer.connect(address);

let javaClasses = '';

/** @type {Open} */
export function openJdk(address) {
  if (!javaClasses) {
    // Compiled once; `java JavaClient.java` would do it for each connection.
    const classes = mkdtempSync(join(tmpdir(), 'greenlang-java-client-'));
    process.once('exit', () => rmSync(classes, { recursive: true }));
    execFileSync('javac', ['-d', classes, here('JavaClient.java')]);
    javaClasses = classes;
  }
  return PipePeer.connect('java', [...QUICK_START, '-cp', javaClasses, 'JavaClient'], address);
}

/** @type {Open} */
export function openTyrus(address) {
  const jar = here('tyrus/target/tyrus-client.jar');
  if (!existsSync(jar)) {
    throw new Error(`${jar} is not there: build it with "mvn package -pl testing/e2e/clients/tyrus"`);
  }
  return PipePeer.connect('java', [...QUICK_START, '-jar', jar], address);
}

/** Each of them, by its name. */
export const CLIENTS = {
  "Python's websockets": openPython,
  "Node's ws": openWs,
  "Tyrus' standalone client": openTyrus,
  "the JDK's WebSocket": openJdk,
};
