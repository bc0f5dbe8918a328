/** How many messages a second came, as the mean of the last few full seconds: a number calm enough to read. */
export class Meter {
  /** @type {Map<number, number>} count by second */
  #counts = new Map();
  /** @type {number | null} the second of the first message */
  #first = null;

  /** @param {number} now milliseconds on any steady clock */
  mark(now) {
    const second = Math.floor(now / 1000);
    this.#first ??= second;
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + 1);
    if (this.#counts.size > 2 * SPAN_SECONDS) {
      this.#forget(second);
    }
  }

  /** @param {number} now */
  perSecond(now) {
    const second = Math.floor(now / 1000);
    this.#forget(second);
    let sum = 0;
    this.#counts.forEach((count, at) => (sum += at < second ? count : 0)); // the running second is not full yet
    // Just after the start there are fewer full seconds than the span has.
    return sum / Math.min(SPAN_SECONDS, Math.max(1, second - (this.#first ?? second)));
  }

  /** @param {number} second */
  #forget(second) {
    for (const at of this.#counts.keys()) {
      if (at < second - SPAN_SECONDS) {
        this.#counts.delete(at);
      }
    }
  }
}

const SPAN_SECONDS = 5;
