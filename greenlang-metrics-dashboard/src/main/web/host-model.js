import { CounterRate, tagsKey } from './counter-rate.js';
import { DISK, FACTS, PANELS, SYSTEM, columnCount } from './panels.js';
import { PrimarySeries } from './primary-series.js';
import { TimeSeries } from './time-series.js';

/**
 * The data of one host: a time series for each system panel, and the latest values of the host's facts.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */

const TARGETS = new Map([...PANELS, DISK].flatMap((panel) => panel.series.map((series, index) => [series.metric, { panel, index }])));

export class HostModel {
  seriesByPanel = new Map([...PANELS, DISK].map((panel) => [panel.id, new TimeSeries(columnCount(panel))]));
  /** @type {Map<string, number>} */
  facts = new Map();
  #primarySeries = new PrimarySeries();
  /** @type {Map<string, CounterRate>} */
  #counterRates = new Map();
  lastMetricAt = 0;

  /**
   * Tests whether the system panels show a metric.
   *
   * @param {Metric} metric
   * @returns {boolean}
   */
  static accepts(metric) {
    return metric.channel === SYSTEM && (TARGETS.has(metric.name) || FACTS.includes(metric.name));
  }

  /** @param {Metric} metric */
  add(metric) {
    const selection = this.#primarySeries.select(metric);
    if (selection === 'rejected') {
      return;
    }
    const target = TARGETS.get(metric.name);
    if (!target) {
      this.facts.set(metric.name, metric.value);
      return;
    }
    if (selection === 'changed') {
      this.#counterRates.delete(metric.name); // the total of another series is no baseline for this one
    }
    let counterRate = this.#counterRates.get(metric.name);
    if (!counterRate) {
      this.#counterRates.set(metric.name, (counterRate = new CounterRate()));
    }
    this.#write(target, counterRate.toSample(metric), 'set');
  }

  /** @param {Metric[]} metrics in time order */
  addHistory(metrics) {
    /** @type {Map<string, CounterRate>} */
    const counterRates = new Map();
    for (const metric of metrics) {
      const target = TARGETS.get(metric.name);
      if (target && this.#primarySeries.isPrimary(metric)) {
        const key = metric.name + tagsKey(metric.tags);
        const counterRate = counterRates.get(key) ?? new CounterRate();
        counterRates.set(key, counterRate);
        this.#write(target, counterRate.toSample(metric), 'setFromHistory');
      }
    }
  }

  /** Discards the last totals. A rate across a gap would be a mean over the outage, which is true of no moment. */
  resetCounters() {
    this.#counterRates.clear();
  }

  /**
   * @param {{panel: import('./panels.js').Panel, index: number}} target
   * @param {import('./counter-rate.js').Sample | null} sample
   * @param {'set' | 'setFromHistory'} method
   */
  #write({ panel, index }, sample, method) {
    const timeSeries = /** @type {TimeSeries} */ (this.seriesByPanel.get(panel.id));
    if (!sample) {
      return;
    }
    timeSeries[method](index, sample.time, sample.value);
    if (panel.band && sample.min !== undefined && sample.max !== undefined) {
      timeSeries[method](panel.series.length, sample.time, sample.min);
      timeSeries[method](panel.series.length + 1, sample.time, sample.max);
    }
  }
}
