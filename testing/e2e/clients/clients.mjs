import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SHORT_RUN_OPTIONS } from '../server.mjs';
import { PipePeer } from './pipe-peer.mjs';
import { WsPeer } from './ws-peer.mjs';

const localPath = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** The system's Python, which has the required packages. Another Python in PATH may lack them. */
const PYTHON = process.env.PYTHON || '/usr/bin/python3';

/** @typedef {(url: string) => Promise<import('./peer.mjs').Peer>} Connect connects a client to a URL */

/** @type {Connect} */
export const connectPython = (url) => PipePeer.connect(PYTHON, [localPath('python_client.py')], url);

/** @type {Connect} */
export const connectWs = (url) => WsPeer.connect(url);

/** The folder of the compiled client. @type {Promise<string> | undefined} */
let javaClasses;

/**
 * Compiles the client once. `java JavaClient.java` would compile it for each connection. Meanwhile this process answers the pings of
 * other clients, which the server closes after two heartbeats without an answer.
 */
async function compileJavaClient() {
  const classes = mkdtempSync(join(tmpdir(), 'greenlang-java-client-'));
  process.once('exit', () => rmSync(classes, { recursive: true }));
  await promisify(execFile)('javac', ['-d', classes, localPath('JavaClient.java')]);
  return classes;
}

/** @type {Connect} */
export async function connectJdk(url) {
  javaClasses ??= compileJavaClient();
  return PipePeer.connect('java', [...SHORT_RUN_OPTIONS, '-cp', await javaClasses, 'JavaClient'], url);
}

/** @type {Connect} */
export function connectTyrus(url) {
  const jar = localPath('tyrus/target/tyrus-client.jar');
  if (!existsSync(jar)) {
    throw new Error(`${jar} does not exist; build it with "mvn package -pl testing/e2e/clients/tyrus"`);
  }
  return PipePeer.connect('java', [...SHORT_RUN_OPTIONS, '-jar', jar], url);
}

/**
 * Connects the Java client, which runs as a module. JavaClientProgram.java describes its commands and events.
 *
 * @param {string} url
 * @param {string | null} token
 */
export function connectJavaClient(url, token) {
  const target = localPath('java-client/target/');
  if (!existsSync(`${target}java-client.jar`)) {
    throw new Error(`${target}java-client.jar does not exist; build it with "mvn package -pl testing/e2e/clients/java-client -am"`);
  }
  const modulePath = [`${target}java-client.jar`, `${target}lib`].join(delimiter);
  const main = 'io.greenlang.metrics.e2e.client/io.greenlang.metrics.e2e.client.JavaClientProgram';
  return PipePeer.connect('java', [...SHORT_RUN_OPTIONS, '-p', modulePath, '-m', main, ...(token === null ? [] : [token])], url);
}

/** All clients that speak the protocol themselves, by name. */
export const CLIENTS = {
  "Python's websockets": connectPython,
  "Node's ws": connectWs,
  "Tyrus' standalone client": connectTyrus,
  "the JDK's WebSocket": connectJdk,
};
