import type { Clock, Timer } from './clock.js';
import { MetricError } from './errors.js';

/** The time before the expiry at which the client requests the next token: half the remaining time if that is shorter. */
const MARGIN_MS = 30_000;
/** Keeps a function that returns expired tokens from being called without a pause. */
const MIN_DELAY_MS = 1_000;
/** The delay after a failure: once to twice this, or a quarter of the remaining time if that is shorter. */
const RETRY_DELAY_MS = 5_000;

/** The timer that requests another token before the current one expires, by the server's clock. */
export class TokenRefresh {
  #timer: Timer | undefined;
  /** The expiry of the token that the server accepted last. */
  #expiry = NaN;

  constructor(
    private readonly clock: Clock,
    private readonly serverNow: () => number | null,
    private readonly onDue: () => void,
  ) {}

  /** Starts the timer for a token that the server accepted. One without a known expiry needs none: the server rejects it later. */
  schedule(expiry: number): void {
    this.#expiry = expiry;
    const remaining = this.#remaining;
    this.#start(Math.max(remaining - MARGIN_MS, remaining / 2));
  }

  /** Starts the timer after a failure, or after the server refused the new token. The current one may still be valid. */
  retry(): void {
    const share = this.#remaining / 4;
    this.#start((share > 0 && share < RETRY_DELAY_MS ? share : RETRY_DELAY_MS) * (1 + this.clock.random()));
  }

  stop(): void {
    this.#timer?.cancel();
  }

  get #remaining(): number {
    return this.#expiry - this.serverNow()!;
  }

  /** Starts the timer, unless the delay is NaN. */
  #start(delayMs: number): void {
    this.stop();
    if (delayMs === delayMs) {
      this.#timer = this.clock.schedule(Math.max(delayMs, MIN_DELAY_MS), this.onDue);
    }
  }
}

/**
 * Calls a token function, which may throw as well as reject. Exactly one callback follows.
 *
 * @param onError receives true if another call would fail too
 */
export function callTokenFunction(getToken: () => unknown, onToken: (token: string | null) => void, onError: (error: MetricError, isFinal: boolean) => void): void {
  new Promise<unknown>((resolve) => resolve(getToken())).then(
    (token) => {
      if (typeof token === 'string' || token === null) {
        onToken(token);
      } else {
        onError(new MetricError('TOKEN', `The token function must return a string or null; it returned ${typeof token}`), true);
      }
    },
    (error: unknown) => onError(new MetricError('TOKEN', `The token function failed: ${String(error)}`), false),
  );
}

/** Returns the claim `exp` in milliseconds since 1970; NaN if the token is not a JWT or has none. */
export function expiryOf(token: string | null): number {
  try {
    return JSON.parse(atob(token!.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))).exp * 1000;
  } catch {
    return NaN;
  }
}
