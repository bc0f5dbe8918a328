import type { Commands } from './commands.js';
import { Deferred } from './deferred.js';
import { MetricError } from './errors.js';
import type { HistoryRequest, Metric } from './types.js';

const DEFAULT_LIMIT = 100_000;
/** The largest page that the server sends. The client asks for fewer metrics only if fewer remain. */
const PAGE_LIMIT = 10_000;
const MAX_ATTEMPTS = 3;

interface PendingRequest {
  request: Record<string, unknown>;
  limit: number;
  cursor: string | undefined;
  attempts: number;
  metrics: Metric[];
  result: Deferred<Metric[]>;
}

/** A queue of history requests. It sends one request at a time, as the server answers one at a time, and loads page after page. */
export class History {
  #queue: PendingRequest[] = [];
  #isRequesting = false;
  #isConnected = false;

  constructor(private readonly commands: Commands) {}

  get({ channel, start_time, end_time, limit = DEFAULT_LIMIT, ...rest }: HistoryRequest, signal?: AbortSignal): Promise<Metric[]> {
    if (!(typeof limit === 'number' && limit >= 1)) {
      throw new TypeError(`limit is ${String(limit)}; it must be a number, 1 or more`);
    }
    const fields = { channel, start_time: isoTime(start_time), ...(end_time !== undefined && { end_time: isoTime(end_time) }), ...rest };
    const request = JSON.parse(JSON.stringify(fields)); // throws for values that JSON cannot carry; the copy keeps later pages consistent
    const result = new Deferred<Metric[]>();
    signal?.throwIfAborted();
    const onAbort = (): void => result.reject(signal!.reason as Error);
    const removeListener = (): void => signal?.removeEventListener('abort', onAbort);
    signal?.addEventListener('abort', onAbort);
    result.promise.then(removeListener, removeListener);
    this.#queue.push({ request, limit, cursor: undefined, attempts: 0, metrics: [], result });
    this.#sendNext();
    return result.promise;
  }

  /** Repeats the interrupted request, starting at its current page. */
  resume(): void {
    this.#isConnected = true;
    this.#sendNext();
  }

  pause(): void {
    this.#isConnected = false;
  }

  close(error: MetricError): void {
    this.#queue.splice(0).forEach(({ result }) => result.reject(error));
  }

  #sendNext(): void {
    if (!this.#isRequesting) {
      this.#queue = this.#queue.filter(({ result }) => !result.settled); // the caller aborted them
    }
    const current = this.#queue[0];
    if (!current || this.#isRequesting || !this.#isConnected) {
      return;
    }
    this.#isRequesting = true;
    const { request, cursor } = current;
    const remaining = { limit: current.limit - current.metrics.length };
    this.commands.send(
      {
        type: 'get_history',
        data: { ...request, ...(remaining.limit < PAGE_LIMIT && remaining), ...(cursor !== undefined && { cursor }) },
      },
      'history',
      (page) => {
        current.metrics.push(...page.metrics);
        current.cursor = page.cursor;
        const isLastPage = current.result.settled || page.cursor === undefined || page.metrics.length === 0 || current.metrics.length >= current.limit;
        this.#finish(isLastPage && (() => current.result.resolve(current.metrics.slice(0, current.limit))));
      },
      (error) => {
        const isFinal = error.code !== 'CONNECTION' && (error.code !== 'TIMEOUT' || ++current.attempts >= MAX_ATTEMPTS);
        this.#finish(isFinal && (() => current.result.reject(error)));
      },
    );
  }

  #finish(settle: false | (() => void)): void {
    this.#isRequesting = false;
    if (settle) {
      this.#queue.shift();
      settle();
    }
    this.#sendNext();
  }
}

function isoTime(time: string | Date): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) {
    throw new TypeError(`${JSON.stringify(time)} is not a time; it must be a Date or look like 2025-11-08T12:00:00Z`);
  }
  return typeof time === 'string' ? time : date.toISOString();
}
