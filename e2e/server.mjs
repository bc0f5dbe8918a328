import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const QUICKSTART = 'examples/quickstart/target/quickstart.jar';
const START_MILLIS = 30_000;

/**
 * A running server.
 *
 * @typedef {object} Server
 * @property {string} url the dashboard's address with a token in its fragment
 * @property {string} token
 * @property {number} port
 * @property {string} secret
 * @property {() => Promise<void>} kill at once, as a crash would
 * @property {() => Promise<void>} stop politely, so that the server may say goodbye
 */

/**
 * Starts the real server and waits until it has printed where it is.
 *
 * The command is `SERVER_CMD` (split at blanks, run in the repository's root), by default the quickstart's jar. It gets
 * `WS_PORT` and `JWT_SECRET_KEY`, and has to print `Dashboard: <address>#token=<jwt>` and `Token: <jwt>`.
 *
 * @param {{port?: number, secret?: string, env?: Record<string, string>}} [options] the port and secret of an earlier
 *     server make this one its successor, which honours the same tokens
 * @returns {Promise<Server>}
 */
export async function startServer({ port, secret = randomBytes(32).toString('hex'), env = {} } = {}) {
  const wsPort = port ?? (await freePort());
  const [program, ...args] = serverCommand();
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...env, WS_PORT: String(wsPort), JWT_SECRET_KEY: secret },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise((resolve) => child.once('close', resolve));
  const killAtExit = () => child.kill('SIGKILL'); // a failed test must not leave a server behind
  process.once('exit', killAtExit);
  const end = async (/** @type {NodeJS.Signals} */ signal) => {
    process.removeListener('exit', killAtExit);
    child.kill(signal);
    await exited;
  };
  try {
    const { url, token } = await announcement(child);
    return { url, token, port: wsPort, secret, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
  } catch (failure) {
    await end('SIGKILL');
    throw failure;
  }
}

function serverCommand() {
  const given = process.env.SERVER_CMD?.trim();
  if (given) {
    return given.split(/\s+/);
  }
  if (!existsSync(new URL(`../${QUICKSTART}`, import.meta.url))) {
    throw new Error(`${QUICKSTART} is not there: build it with "mvn package", or name another server in SERVER_CMD`);
  }
  return ['java', '-jar', QUICKSTART];
}

/** @param {import('node:child_process').ChildProcess} child */
function announcement(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    let url = '';
    let token = '';
    const fail = (/** @type {string} */ why) => reject(new Error(`The server ${why}. It said:\n${said}`));
    const timer = setTimeout(() => fail(`did not say where it is within ${START_MILLIS / 1000} s`), START_MILLIS);
    child.once('error', (failure) => fail(`could not be started: ${failure.message}`));
    child.once('close', (code) => fail(`ended with code ${code}`));
    const read = (/** @type {string} */ line) => {
      if (said.length < 20_000) {
        said += `${line}\n`;
      }
      url ||= /Dashboard: (http\S+)/.exec(line)?.[1] ?? '';
      token ||= /Token: (\S+)/.exec(line)?.[1] ?? '';
      if (url && token) {
        clearTimeout(timer);
        resolve({ url, token });
      }
    };
    // Both go on being read for ever: a full pipe would halt the server.
    createInterface({ input: child.stdout }).on('line', read);
    createInterface({ input: child.stderr }).on('line', read);
  });
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}
