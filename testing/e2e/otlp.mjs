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

/**
 * Measures until a measurement is below a limit. The fastest one counts, because the machine may be busy during the others.
 *
 * @param {number} limit in milliseconds
 * @param {number} maxMeasurements
 * @param {(round: number) => Promise<number>} measure receives the number of the measurement, from 1 on; returns milliseconds
 * @returns {Promise<number[]>} all measurements, of which the last one is below the limit if any is
 */
export async function measureUntilBelow(limit, maxMeasurements, measure) {
  const durations = [];
  do {
    durations.push(Math.round(await measure(durations.length + 1)));
  } while (durations.at(-1) >= limit && durations.length < maxMeasurements);
  return durations;
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
