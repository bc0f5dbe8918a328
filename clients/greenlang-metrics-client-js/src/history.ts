import type { Commands } from './commands.js';
import { Deferred } from './deferred.js';
import { MetricError } from './errors.js';
import type { HistoryRequest, Metric } from './types.js';

const DEFAULT_LIMIT = 100_000;
/** As many as the server answers with at most; it is asked for less only where less is left. */
const PAGE_LIMIT = 10_000;
const TRIES = 3;

interface Pending {
  request: Record<string, unknown>;
  limit: number;
  cursor: string | undefined;
  tries: number;
  metrics: Metric[];
  result: Deferred<Metric[]>;
}

/** Questions about the past, one at a time, because the server answers a client one at a time; page after page. */
export class History {
  #queue: Pending[] = [];
  #asking = false;
  #connected = false;

  constructor(private readonly commands: Commands) {}

  get({ channel, start_time, end_time, limit = DEFAULT_LIMIT, ...rest }: HistoryRequest): Promise<Metric[]> {
    if (!(typeof limit === 'number' && limit >= 1)) {
      throw new TypeError(`limit is ${String(limit)}; it must be a number, 1 or more`);
    }
    const given = { channel, start_time: iso(start_time), ...(end_time !== undefined && { end_time: iso(end_time) }), ...rest };
    const request = JSON.parse(JSON.stringify(given)); // throws here for what cannot be sent, and later pages ask for the same
    const result = new Deferred<Metric[]>();
    this.#queue.push({ request, limit, cursor: undefined, tries: 0, metrics: [], result });
    this.#next();
    return result.promise;
  }

  /** What was under way is asked again, from the page it was at. */
  resume(): void {
    this.#connected = true;
    this.#next();
  }

  pause(): void {
    this.#connected = false;
  }

  close(error: MetricError): void {
    this.#queue.splice(0).forEach(({ result }) => result.reject(error));
  }

  #next(): void {
    const current = this.#queue[0];
    if (!current || this.#asking || !this.#connected) {
      return;
    }
    this.#asking = true;
    const { request, cursor } = current;
    const limit = { limit: current.limit - current.metrics.length };
    this.commands.ask(
      { type: 'get_history', data: { ...request, ...(limit.limit < PAGE_LIMIT && limit), ...(cursor !== undefined && { cursor }) } },
      'history',
      (page) => {
        current.metrics.push(...page.metrics);
        current.cursor = page.cursor;
        const isDone = page.cursor === undefined || page.metrics.length === 0 || current.metrics.length >= current.limit;
        this.#done(isDone && (() => current.result.resolve(current.metrics.slice(0, current.limit))));
      },
      (error) => {
        const isFinal = error.code !== 'CONNECTION' && (error.code !== 'TIMEOUT' || ++current.tries >= TRIES);
        this.#done(isFinal && (() => current.result.reject(error)));
      },
    );
  }

  #done(settle: false | (() => void)): void {
    this.#asking = false;
    if (settle) {
      this.#queue.shift();
      settle();
    }
    this.#next();
  }
}

function iso(time: string | Date): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) {
    throw new TypeError(`${JSON.stringify(time)} is no time; it must be a Date or look like 2025-11-08T12:00:00Z`);
  }
  return typeof time === 'string' ? time : date.toISOString();
}
