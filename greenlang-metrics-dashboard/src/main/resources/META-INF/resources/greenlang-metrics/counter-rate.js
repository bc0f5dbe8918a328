/** Turns a counter's running total into a rate per second. */
export class CounterRate {
  /** @type {{time: number, total: number} | null} */
  #last = null;

  /**
   * @param {number} time in seconds
   * @param {number} total
   * @returns {number | null | undefined} null when the rate cannot be known, undefined when there is nothing new to say
   */
  next(time, total) {
    const last = this.#last;
    if (last?.time === time) {
      return undefined; // the newest value again, as a fresh subscription sends it
    }
    this.#last = { time, total };
    // A total that fell was reset. Counting it from zero, as some do, draws a spike of terabytes per second when in truth
    // one of several network interfaces went away; so one step is left open instead.
    return last && time > last.time && total >= last.total ? (total - last.total) / (time - last.time) : null;
  }

  /** After a gap the next total starts anew: a mean over the whole outage is no rate of any moment. */
  forget() {
    this.#last = null;
  }
}
