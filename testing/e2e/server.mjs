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
/** JVM options for a program that runs for seconds, where full JIT compilation does not pay off. */
export const SHORT_RUN_OPTIONS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
const START_TIMEOUT_MILLIS = 120_000;
const BUILD_TIMEOUT_MILLIS = 240_000; // for a command that builds before it starts

/**
 * A running server.
 *
 * @typedef {object} Server
 * @property {string} url the dashboard's URL with a token in its fragment
 * @property {string} token
 * @property {number} port
 * @property {string} secret
 * @property {(count: number) => Promise<string[]>} printedLines waits for the given number of lines on standard output and
 *     returns all lines so far
 * @property {() => string[]} errorLines returns all lines so far on standard error, such as those of the log
 * @property {() => Promise<number | null>} kill ends the server immediately, like a crash
 * @property {() => Promise<number | null>} stop shuts the server down gracefully, so that it can close its connections
 * @property {() => Promise<number | null>} interrupt acts like Ctrl-C; like the others, it returns the exit code
 */

/**
 * Starts the real server and waits until it has printed its URL.
 *
 * The command is `SERVER_CMD`, split at blanks, or the quickstart's jar. It runs in the root of the repository with `WS_PORT` and
 * `JWT_SECRET_KEY`. It must print `Dashboard: <address>#token=<jwt>`, in upper or lower case, and `Token: <jwt>`.
 *
 * @typedef {object} Options with the port and secret of an earlier server, the new one accepts the same tokens; with a null
 *     secret, the server generates one
 * @property {number} [port]
 * @property {string | null} [secret]
 * @property {Record<string, string>} [env]
 * @property {string} [command] replaces the default command; signals also reach the server that it starts
 *
 * @param {Options} [options]
 * @returns {Promise<Server>}
 */
export async function startServer({ port, secret = randomBytes(64).toString('hex'), env = {}, command } = {}) {
  const wsPort = port ?? (await freePort());
  const child = spawnServer({ ...env, WS_PORT: String(wsPort), ...(secret && { JWT_SECRET_KEY: secret }) }, command);
  const exited = new Promise((resolve) => child.once('close', resolve));
  const sendSignal = (/** @type {NodeJS.Signals} */ signal) =>
    command ? process.kill(-(/** @type {number} */ (child.pid)), signal) : child.kill(signal);
  const killAtExit = () => sendSignal('SIGKILL'); // a failed test must not leave a running server
  process.once('exit', killAtExit);
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    process.removeListener('exit', killAtExit);
    sendSignal(signal);
    return exited;
  };
  try {
    const announced = await waitForAnnouncement(child, command ? BUILD_TIMEOUT_MILLIS : START_TIMEOUT_MILLIS);
    return {
      ...announced,
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
 * Runs the real server with invalid settings until it exits.
 *
 * @param {Record<string, string>} env
 */
export async function runServer(env) {
  const child = spawnServer(env);
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MILLIS);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  clearTimeout(timer);
  return { code, stdout, stderr };
}

/** Starts the server in this environment, without the environment variables that would configure it. */
function spawnServer(env, command) {
  const [program, ...args] = command?.split(' ') ?? serverCommand();
  const inherited = Object.entries(process.env).filter(([name]) => !/^((WS|JWT|METRIC|RATE_LIMIT|TLS)_|OTLP$|TLS$)/.test(name));
  return spawn(program, args, {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: command !== undefined, // a separate process group
  });
}

function serverCommand() {
  const command = process.env.SERVER_CMD?.trim();
  if (command) {
    return command.split(/\s+/);
  }
  if (!existsSync(new URL(`../../${QUICKSTART}`, import.meta.url))) {
    throw new Error(`${QUICKSTART} does not exist; build it with "mvn package", or set SERVER_CMD to another server`);
  }
  return ['java', ...SHORT_RUN_OPTIONS, '-jar', QUICKSTART];
}

/** @param {import('node:child_process').ChildProcess} child */
function waitForAnnouncement(child, timeoutMillis) {
  return new Promise((resolve, reject) => {
    let output = '';
    let url = '';
    let token = '';
    const fail = (/** @type {string} */ problem) => reject(new Error(`The server ${problem}. Its output:\n${output}`));
    const timer = setTimeout(() => fail(`printed no URL within ${timeoutMillis / 1000} s`), timeoutMillis);
    child.once('error', (failure) => fail(`failed to start: ${failure.message}`));
    child.once('close', (code) => fail(`exited with code ${code}`));
    const lines = [];
    const errorLines = [];
    const events = new EventEmitter();
    const printedLines = async (/** @type {number} */ count) => {
      const signal = AbortSignal.timeout(START_TIMEOUT_MILLIS);
      while (lines.length < count) {
        await once(events, 'line', { signal });
      }
      return [...lines];
    };
    const read = (/** @type {string} */ line) => {
      if (output.length < 20_000) {
        output += `${line}\n`;
      }
      url ||= /[Dd]ashboard: (http\S+#token=\S+)/.exec(line)?.[1] ?? '';
      token ||= /(?:Token: |#token=)(\S+)/.exec(line)?.[1] ?? '';
      if (url && token) {
        clearTimeout(timer);
        resolve({ url, token, printedLines, errorLines: () => [...errorLines] });
      }
    };
    // Both streams are read until the end, because a full pipe would block the server.
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      events.emit('line');
      read(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      errorLines.push(line);
      read(line);
    });
  });
}

/** Returns a port without a listener. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}
