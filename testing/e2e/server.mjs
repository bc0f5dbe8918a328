import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const QUICKSTART = 'examples/quickstart/target/quickstart.jar';
const START_MILLIS = 60_000;
const BUILD_MILLIS = 240_000; // of a command that builds before it starts

/**
 * A running server.
 *
 * @typedef {object} Server
 * @property {string} url the dashboard's address with a token in its fragment
 * @property {string} token
 * @property {number} port
 * @property {string} secret
 * @property {(count: number) => Promise<string[]>} printed what it has printed on its standard output, once it is so many lines
 * @property {() => Promise<number | null>} kill at once, as a crash would
 * @property {() => Promise<number | null>} stop politely, so that the server may say goodbye
 * @property {() => Promise<number | null>} interrupt as Ctrl-C does; like the others, yields the exit code
 */

/**
 * Starts the real server and waits until it has printed where it is.
 *
 * The command is `SERVER_CMD` (split at blanks, run in the repository's root), by default the quickstart's jar. It gets
 * `WS_PORT` and `JWT_SECRET_KEY`, and has to print `Dashboard: <address>#token=<jwt>` and `Token: <jwt>`.
 *
 * @typedef {object} Options the port and secret of an earlier server make this one its successor, which honours the same
 *     tokens; null leaves the secret to the server
 * @property {number} [port]
 * @property {string | null} [secret]
 * @property {Record<string, string>} [env]
 * @property {string} [command] another one; if it only starts the server, signals go to that, too
 *
 * @param {Options} [options]
 * @returns {Promise<Server>}
 */
export async function startServer({ port, secret = randomBytes(64).toString('hex'), env = {}, command } = {}) {
  const wsPort = port ?? (await freePort());
  const child = spawnServer({ ...env, WS_PORT: String(wsPort), ...(secret && { JWT_SECRET_KEY: secret }) }, command);
  const exited = new Promise((resolve) => child.once('close', resolve));
  const send = (/** @type {NodeJS.Signals} */ signal) =>
    command ? process.kill(-(/** @type {number} */ (child.pid)), signal) : child.kill(signal);
  const killAtExit = () => send('SIGKILL'); // a failed test must not leave a server behind
  process.once('exit', killAtExit);
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    process.removeListener('exit', killAtExit);
    send(signal);
    return exited;
  };
  try {
    const said = await announcement(child, command ? BUILD_MILLIS : START_MILLIS);
    return {
      ...said,
      port: wsPort,
      secret,
      kill: () => end('SIGKILL'),
      stop: () => end('SIGTERM'),
      interrupt: () => end('SIGINT'),
    };
  } catch (failure) {
    await end('SIGKILL');
    throw failure;
  }
}

/**
 * Runs the real server with settings that it should refuse, until it has ended.
 *
 * @param {Record<string, string>} env
 */
export async function runServer(env) {
  const child = spawnServer(env);
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MILLIS);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  clearTimeout(timer);
  return { code, stdout, stderr };
}

/** Starts it in our environment, but without settings of ours that it would take for its own. */
function spawnServer(env, command) {
  const [program, ...args] = command?.split(' ') ?? serverCommand();
  const inherited = Object.entries(process.env).filter(([name]) => !/^(WS|JWT|METRIC|RATE_LIMIT)_/.test(name));
  return spawn(program, args, {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: command !== undefined, // a group of its own
  });
}

function serverCommand() {
  const given = process.env.SERVER_CMD?.trim();
  if (given) {
    return given.split(/\s+/);
  }
  if (!existsSync(new URL(`../../${QUICKSTART}`, import.meta.url))) {
    throw new Error(`${QUICKSTART} is not there: build it with "mvn package", or name another server in SERVER_CMD`);
  }
  return ['java', '-jar', QUICKSTART];
}

/** @param {import('node:child_process').ChildProcess} child */
function announcement(child, patienceMillis) {
  return new Promise((resolve, reject) => {
    let said = '';
    let url = '';
    let token = '';
    const fail = (/** @type {string} */ why) => reject(new Error(`The server ${why}. It said:\n${said}`));
    const timer = setTimeout(() => fail(`did not say where it is within ${patienceMillis / 1000} s`), patienceMillis);
    child.once('error', (failure) => fail(`could not be started: ${failure.message}`));
    child.once('close', (code) => fail(`ended with code ${code}`));
    const lines = [];
    const news = new EventEmitter();
    const printed = async (/** @type {number} */ count) => {
      const signal = AbortSignal.timeout(START_MILLIS);
      while (lines.length < count) {
        await once(news, 'line', { signal });
      }
      return [...lines];
    };
    const read = (/** @type {string} */ line) => {
      if (said.length < 20_000) {
        said += `${line}\n`;
      }
      url ||= /Dashboard: (http\S+)/.exec(line)?.[1] ?? '';
      token ||= /(?:Token: |#token=)(\S+)/.exec(line)?.[1] ?? '';
      if (url && token) {
        clearTimeout(timer);
        resolve({ url, token, printed });
      }
    };
    // Both go on being read for ever: a full pipe would halt the server.
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      news.emit('line');
      read(line);
    });
    createInterface({ input: child.stderr }).on('line', read);
  });
}

/** A port that nobody listens on. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}
