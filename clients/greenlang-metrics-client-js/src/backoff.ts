/**
 * Exponential backoff with full jitter. The delay before the n-th attempt is uniformly distributed between 0 and `baseMs` × 2ⁿ.
 *
 * Full jitter spreads out reconnecting clients. If a thousand clients lost one server and each waited the full second, they
 * would all reconnect at once.
 */
export class Backoff {
  /** The number of consecutive failed attempts. */
  attempts = 0;

  constructor(
    private readonly baseMs: number,
    private readonly maxMs: number,
    private readonly random: () => number,
  ) {}

  /** Counts another failure and returns the delay before the next attempt, in milliseconds. */
  next(): number {
    const limit = Math.min(this.maxMs, this.baseMs * 2 ** this.attempts++); // 2ⁿ becomes Infinity after about a thousand attempts; maxMs caps it
    return this.random() * limit;
  }
}
