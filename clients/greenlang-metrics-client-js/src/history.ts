import type { Clock, Timer } from './clock.js';
import type { Commands } from './commands.js';
import { Deferred } from './deferred.js';
import { MetricError } from './errors.js';
import type { HistoryRequest, Metric } from './types.js';

const DEFAULT_LIMIT = 100_000;
/** The largest page that the server sends. The client asks for fewer metrics only if fewer remain. */
const PAGE_LIMIT = 10_000;
const MAX_ATTEMPTS = 3;
/** The number of times that the server may refuse one page for its rate limit, and the longest wait. Its rate limit is one per minute. */
const MAX_REFUSALS = 10;
const MAX_WAIT_MS = 120_000;
/** Spreads the next requests of clients that were refused at the same time. */
const MAX_JITTER_MS = 1_000;

interface PendingRequest {
  request: Record<string, unknown>;
  limit: number;
  cursor: string | undefined;
  attempts: number;
  refusals: number;
  metrics: Metric[];
  result: Deferred<Metric[]>;
}

/**
 * A queue of history requests. It sends one request at a time, as the server answers one at a time, and loads page after page. If
 * the server's rate limit refuses a page, it waits as long as the server says, and continues there.
 */
export class History {
  #queue: PendingRequest[] = [];
  #isRequesting = false;
  #isConnected = false;
  /** The wait after a refusal. */
  #wait: Timer | undefined;

  constructor(
    private readonly commands: Commands,
    private readonly clock: Clock,
  ) {}

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
    this.#queue.push({ request, limit, cursor: undefined, attempts: 0, refusals: 0, metrics: [], result });
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
    this.#wait?.cancel();
    this.#wait = undefined;
    this.#queue.splice(0).forEach(({ result }) => result.reject(error));
  }

  #sendNext(): void {
    if (!this.#isRequesting) {
      this.#queue = this.#queue.filter(({ result }) => !result.settled); // the caller aborted them
    }
    const current = this.#queue[0];
    if (!current || this.#isRequesting || this.#wait || !this.#isConnected) {
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
        current.attempts = current.refusals = 0;
        const isLastPage = current.result.settled || page.cursor === undefined || page.metrics.length === 0 || current.metrics.length >= current.limit;
        this.#finish(isLastPage && (() => current.result.resolve(current.metrics.slice(0, current.limit))));
      },
      (error) => {
        this.#finish(!this.#isRepeated(current, error) && (() => current.result.reject(error)));
      },
    );
  }

  #isRepeated(current: PendingRequest, error: MetricError): boolean {
    switch (error.code) {
      case 'CONNECTION':
        return true;
      case 'TIMEOUT':
        return ++current.attempts < MAX_ATTEMPTS;
      case 'RATE_LIMITED':
        return this.#waitAfterRefusal(current, error.retryAfterMs);
      default:
        return false;
    }
  }

  /** Holds all requests back as long as the server asks for. Returns false if that is too long. */
  #waitAfterRefusal(current: PendingRequest, retryAfterMs = Infinity): boolean {
    if (retryAfterMs > MAX_WAIT_MS || ++current.refusals > MAX_REFUSALS) {
      return false;
    }
    this.#wait = this.clock.schedule(retryAfterMs + this.clock.random() * MAX_JITTER_MS, () => {
      this.#wait = undefined;
      this.#sendNext();
    });
    return true;
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
