import { CounterRate, tagsKey } from './counter-rate.js';
import { DISK, FACTS, PANELS, SYSTEM } from './panels.js';
import { PrimarySeries } from './primary-series.js';
import { TimeSeries } from './time-series.js';

/**
 * The data of one host: a time series for each system panel, and the latest values of the host's facts.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */

/** @typedef {{panel: import('./panels.js').Panel, index: number}} Target */

/** @type {Map<string, Target>} */
const TARGETS = new Map();
/** The metrics of a container with a limit, by those of the host whose place they take. @type {Map<string, string>} */
const LIMITED = new Map();
for (const panel of /** @type {import('./panels.js').Panel[]} */ ([...PANELS, DISK])) {
  panel.series.forEach(({ metric, limited }, index) => {
    TARGETS.set(metric, { panel, index });
    if (limited) {
      TARGETS.set(limited, { panel, index });
      LIMITED.set(metric, limited);
    }
  });
}
const LIMITED_NAMES = new Set(LIMITED.values());

/** The time without a metric of the container after which the values of the host are shown again: the limit was removed. */
const LIMITED_TIMEOUT_SECONDS = 30;

export class HostModel {
  seriesByPanel = new Map([...PANELS, DISK].map((panel) => [panel.id, new TimeSeries(panel.series.length)]));
  /** @type {Map<string, number>} */
  facts = new Map();
  #primarySeries = new PrimarySeries();
  /** @type {Map<string, CounterRate>} */
  #counterRates = new Map();
  /** The time over which each metric of a container with a limit has reported. @type {Map<string, {from: number, to: number}>} */
  #limitedSpans = new Map();
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

  /** @param {Metric} metric @param {number} time the time of the sample in seconds */
  add(metric, time) {
    const selection = this.#primarySeries.select(metric, time);
    if (selection === 'rejected') {
      return;
    }
    this.#noteLimited(metric);
    const target = this.#targetOf(metric);
    if (!target) {
      this.facts.set(metric.name, metric.value);
      return;
    }
    if (selection === 'changed') {
      this.#counterRates.delete(metric.name); // the total of another series is not a baseline for this one
    }
    let counterRate = this.#counterRates.get(metric.name);
    if (!counterRate) {
      this.#counterRates.set(metric.name, (counterRate = new CounterRate()));
    }
    this.#write(target, counterRate.toSample(metric, time), 'set');
  }

  /** @param {Metric[]} metrics in time order */
  addHistory(metrics) {
    /** @type {Map<string, CounterRate>} */
    const counterRates = new Map();
    metrics.forEach((metric) => this.#noteLimited(metric));
    for (const metric of metrics) {
      const target = this.#targetOf(metric);
      if (target && this.#primarySeries.isPrimary(metric)) {
        const key = metric.name + tagsKey(metric.tags);
        const counterRate = counterRates.get(key) ?? new CounterRate();
        counterRates.set(key, counterRate);
        this.#write(target, counterRate.toSample(metric), 'setFromHistory');
      }
    }
  }

  /**
   * Returns the column in which a metric is shown. The value of a host is not shown while a container with a limit reports, because
   * the limit applies first.
   *
   * @param {Metric} metric
   * @returns {Target | undefined}
   */
  #targetOf(metric) {
    const span = this.#limitedSpans.get(LIMITED.get(metric.name) ?? '');
    const time = Date.parse(metric.timestamp) / 1000;
    return span && time >= span.from && time - span.to < LIMITED_TIMEOUT_SECONDS ? undefined : TARGETS.get(metric.name);
  }

  /** Remembers when a container with a limit reported. @param {Metric} metric */
  #noteLimited(metric) {
    if (LIMITED_NAMES.has(metric.name)) {
      const time = Date.parse(metric.timestamp) / 1000;
      const span = this.#limitedSpans.get(metric.name) ?? { from: time, to: time };
      this.#limitedSpans.set(metric.name, { from: Math.min(span.from, time), to: Math.max(span.to, time) });
    }
  }

  /** Discards the last totals. A rate across a gap would be a mean over the outage, which is true of no moment. */
  resetCounters() {
    this.#counterRates.clear();
  }

  /** Removes all values. */
  clearValues() {
    this.seriesByPanel.forEach((timeSeries) => timeSeries.clear());
    this.#limitedSpans.clear();
    this.resetCounters();
  }

  /**
   * @param {Target} target
   * @param {import('./counter-rate.js').Sample | null} sample
   * @param {'set' | 'setFromHistory'} method
   */
  #write({ panel, index }, sample, method) {
    const timeSeries = /** @type {TimeSeries} */ (this.seriesByPanel.get(panel.id));
    if (sample) {
      timeSeries[method](index, sample.time, sample.value, sample);
    }
  }
}
