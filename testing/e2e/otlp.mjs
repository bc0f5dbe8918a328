import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SENDER = fileURLToPath(new URL('otlp-sender.mjs', import.meta.url));
const LAST_VARIABLE = 'OTEL_METRIC_EXPORT_INTERVAL';

/**
 * Returns the environment variables that a quickstart with `OTLP=on` prints for senders.
 *
 * @param {import('./server.mjs').Server} server
 * @returns {Promise<Record<string, string>>}
 */
export async function printedVariables(server) {
  let lines = await server.printedLines(1);
  while (!lines.some((line) => line.includes(LAST_VARIABLE))) {
    lines = await server.printedLines(lines.length + 1);
  }
  return Object.fromEntries(lines.map((line) => /^export (\w+)=(.*)$/.exec(line)?.slice(1)).filter(Boolean));
}

/** Returns the median of an odd number of durations. */
export function median(durations) {
  return [...durations].sort((a, b) => a - b)[Math.floor(durations.length / 2)];
}

/** An `otlp-sender.mjs` in a separate process. */
export class Sender {
  #process;
  #lines;

  /**
   * @param {'proto' | 'http'} exporter
   * @param {Record<string, string>} env the variables that configure the sender, and no others
   */
  constructor(exporter, env) {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
    this.#process = spawn(process.execPath, [SENDER, exporter], {
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Lets the sender record and export a round. Returns the time at which the export began. */
  async round() {
    this.#process.stdin.write('round\n');
    const { value } = await this.#lines.next();
    const start = /^exported (\d+)$/.exec(value ?? '')?.[1];
    if (!start) {
      throw new Error(`the sender printed ${value}`);
    }
    return Number(start);
  }

  /** Ends the input, upon which the sender exports once more and ends. */
  async close() {
    const closed = once(this.#process, 'close');
    this.#process.stdin.end();
    await closed;
  }

  kill() {
    this.#process.kill('SIGKILL');
  }
}
