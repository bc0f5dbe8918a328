/** The removal of series that have been inactive for long, such as those of a deleted pod, so that others get their places. */

export const INACTIVE_SECONDS = 300;
const INTERVAL_SECONDS = 10;

export class Eviction {
  #attemptedAt = -Infinity;

  /**
   * Evicts the series without a live value in the window, at most once per interval.
   *
   * @param {import('./metric-group.js').MetricGroup[]} groups
   * @param {number} now the server's time in seconds
   * @param {number} windowSeconds
   * @returns {boolean} true if series were evicted
   */
  evict(groups, now, windowSeconds) {
    if (Math.abs(now - this.#attemptedAt) < INTERVAL_SECONDS) {
      return false;
    }
    this.#attemptedAt = now;
    const since = now - Math.max(INACTIVE_SECONDS, windowSeconds);
    return groups.filter((group) => group.evictInactive(since)).length > 0; // of all groups
  }
}
