/** The message rate per second. It is the mean of the last full seconds, so the number is steady enough to read. */
export class Meter {
  /** @type {Map<number, number>} message count by second */
  #counts = new Map();
  /** @type {number | null} the second of the first message */
  #firstSecond = null;

  /** Counts a message. @param {number} now milliseconds on a monotonic clock */
  mark(now) {
    const second = Math.floor(now / 1000);
    this.#firstSecond ??= second;
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + 1);
    if (this.#counts.size > 2 * SPAN_SECONDS) {
      this.#evict(second);
    }
  }

  /** @param {number} now */
  perSecond(now) {
    const currentSecond = Math.floor(now / 1000);
    this.#evict(currentSecond);
    let sum = 0;
    this.#counts.forEach((count, second) => (sum += second < currentSecond ? count : 0)); // the current second is not complete
    // Soon after the start, fewer full seconds than the span have passed.
    return sum / Math.min(SPAN_SECONDS, Math.max(1, currentSecond - (this.#firstSecond ?? currentSecond)));
  }

  /** @param {number} currentSecond */
  #evict(currentSecond) {
    for (const second of this.#counts.keys()) {
      if (second < currentSecond - SPAN_SECONDS) {
        this.#counts.delete(second);
      }
    }
  }
}

const SPAN_SECONDS = 5;
