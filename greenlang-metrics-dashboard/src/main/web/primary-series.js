import { tagsKey } from './counter-rate.js';

/**
 * The choice of one series per metric name that represents a host.
 *
 * A host may report `disk.percent` for each mount, or `network.bytes_sent` for each interface, in addition to the total. On one
 * line these values would jump back and forth. The series with the fewest tags is the broadest, so it becomes the primary one.
 * A series with as many or more tags replaces it only after a timeout.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */
export class PrimarySeries {
  /** @type {Map<string, {tags: string, tagCount: number, time: number}>} by metric name */
  #primary = new Map();

  /**
   * Decides whether a metric belongs to the primary series, and updates the choice.
   *
   * @param {Metric} metric
   * @param {number} time the time of the sample in seconds
   * @returns {'current' | 'changed' | 'rejected'} `changed` if the metric's series has just become the primary one
   */
  select(metric, time) {
    const candidate = { tags: tagsKey(metric.tags), tagCount: Object.keys(metric.tags ?? {}).length, time };
    const current = this.#primary.get(metric.name);
    if (current?.tags === candidate.tags) {
      current.time = time;
      return 'current';
    }
    if (current && candidate.tagCount >= current.tagCount && time - current.time < TIMEOUT_SECONDS) {
      return 'rejected';
    }
    this.#primary.set(metric.name, candidate);
    return 'changed';
  }

  /**
   * Tests whether a metric from history belongs to the primary series. Without a primary series every metric does.
   *
   * @param {Metric} metric
   * @returns {boolean}
   */
  isPrimary(metric) {
    const current = this.#primary.get(metric.name);
    return !current || current.tags === tagsKey(metric.tags);
  }
}

const TIMEOUT_SECONDS = 30;
