import { transforms } from '@greenlang/metrics-client';

/**
 * What is drawn of a metric: a gauge's value, a counter's rate per second.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {{time: number, value: number, min?: number, max?: number}} Reading `time` in seconds since the epoch
 */

/** One series' readings in time order. A window brings its rate; of raw totals it is worked out from one to the next. */
export class Reader {
  #rate = transforms.rate();

  /** @param {Metric} metric @returns {Reading | null} null where there is nothing to draw: the first total, and one after a reset */
  read(metric) {
    const time = Date.parse(metric.timestamp) / 1000;
    if (metric.type !== 'counter') {
      return { time, value: metric.value, min: metric.min, max: metric.max };
    }
    const value = metric.rate ?? this.#rate(metric);
    return value === null ? null : { time, value };
  }
}

/** @param {Record<string, string>} [tags] @returns {string} equal for equal tags */
export function tagsKey(tags = {}) {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}
