import { transforms } from '@greenlang/metrics-client';

/**
 * The conversion of metrics to drawable samples: the value of a gauge, the rate per second of a counter.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {{time: number, value: number, min?: number, max?: number}} Sample `time` in seconds since the epoch
 */

/** The samples of one series in time order. A window carries its rate; for raw totals the rate is computed between neighbors. */
export class CounterRate {
  #rate = transforms.rate();

  /**
   * Converts a metric to a sample.
   *
   * @param {Metric} metric
   * @param {number} [time] the time of the sample, by default the metric's own
   * @returns {Sample | null} null for the first total of a counter and for the first one after a reset
   */
  toSample(metric, time = Date.parse(metric.timestamp) / 1000) {
    if (metric.type !== 'counter') {
      return { time, value: metric.value, min: metric.min, max: metric.max };
    }
    const value = metric.rate ?? this.#rate(metric);
    return value === null ? null : { time, value };
  }
}

/**
 * Returns a text key. Equal tags have equal keys.
 *
 * @param {Record<string, string>} [tags]
 * @returns {string}
 */
export function tagsKey(tags = {}) {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}
