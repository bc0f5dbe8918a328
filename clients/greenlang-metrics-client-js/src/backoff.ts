/**
 * Full jitter: the wait before the n-th try is anything from 0 to `baseMs` × 2ⁿ, evenly spread. A thousand clients that lost
 * one server at one moment come back as a trickle, which they would not if each waited its whole second.
 */
export class Backoff {
  /** Failed tries in a row. */
  attempts = 0;

  constructor(
    private readonly baseMs: number,
    private readonly maxMs: number,
    private readonly random: () => number,
  ) {}

  /** Counts one more failure, and says how long to wait after it. */
  next(): number {
    const cap = Math.min(this.maxMs, this.baseMs * 2 ** this.attempts++); // Infinity after a thousand, and then maxMs
    return this.random() * cap;
  }
}
