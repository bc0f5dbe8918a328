/**
 * How long to wait before the next attempt: exponential with full jitter.
 *
 * The wait is drawn from the whole range up to the current ceiling, not from a band around it: after a restart thousands of
 * pages come back spread evenly, not in waves.
 */
export class Backoff {
  #attempts = 0;
  #random;

  /** @param {() => number} [random] in [0, 1) */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /** Failures in a row. */
  get attempts() {
    return this.#attempts;
  }

  /** @returns {number} milliseconds */
  next() {
    const ceiling = Math.min(MAX_MILLIS, BASE_MILLIS * 2 ** this.#attempts);
    this.#attempts++;
    return Math.max(FLOOR_MILLIS, this.#random() * ceiling);
  }

  reset() {
    this.#attempts = 0;
  }
}

const BASE_MILLIS = 1_000;
const MAX_MILLIS = 30_000;
/** A draw next to zero would hit a server that has just fallen over twice within a blink. */
const FLOOR_MILLIS = 250;
