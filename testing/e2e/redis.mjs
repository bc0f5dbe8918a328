import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './server.mjs';

const START_TIMEOUT_MILLIS = 60_000;

/**
 * Starts a real `redis-server` on a free port of loopback, without persistence, and waits until it accepts connections.
 *
 * @param {string} password the password that clients must send
 */
export async function startRedis(password) {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'greenlang-e2e-redis-'));
  const options = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', '', '--requirepass', password];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('close', resolve));
  const killAtExit = () => child.kill('SIGKILL'); // a failed test must not leave a running server
  process.once('exit', killAtExit);
  const close = async () => {
    process.removeListener('exit', killAtExit);
    child.kill('SIGKILL');
    await exited;
    await rm(directory, { recursive: true });
  };
  try {
    await printedReady(child);
  } catch (failure) {
    await close();
    throw failure;
  }
  return { url: `redis://:${password}@127.0.0.1:${port}`, close };
}

/** @param {import('node:child_process').ChildProcess} child */
function printedReady(child) {
  return new Promise((resolve, reject) => {
    const lines = [];
    const timer = setTimeout(() => reject(new Error(`redis-server did not start:\n${lines.join('\n')}`)), START_TIMEOUT_MILLIS);
    const ended = (code) => reject(new Error(`redis-server ended with ${code}:\n${lines.join('\n')}`));
    child.once('close', ended);
    child.once('error', ({ message }) => reject(new Error(`redis-server is not in PATH: scripts/install-test-tools installs it (${message})`)));
    createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) }).on('line', (line) => {
      lines.push(line);
      if (line.includes('Ready to accept connections')) {
        clearTimeout(timer);
        resolve(undefined);
      }
    });
  });
}
