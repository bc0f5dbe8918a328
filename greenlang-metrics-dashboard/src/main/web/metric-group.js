import { CounterRate, tagsKey } from './counter-rate.js';
import { TimeSeries } from './time-series.js';

/**
 * All series of one metric name in one channel. The group is one chart with a line per set of tags.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {import('@greenlang/metrics-client').MetricMetadata} MetricMetadata
 */

/** The maximum number of lines in a chart. People cannot distinguish more. */
export const MAX_LINES = 50;
const COLORS = 8;
/** The maximum number of series without a line that the group counts. */
const MAX_HIDDEN = 10_000;

export class MetricGroup {
  timeSeries = new TimeSeries();
  /** The panel is replaced when a series is added or removed; the grid then creates a new chart. @type {import('./panels.js').Panel} */
  panel;
  isHistogram;
  /** @type {Map<string, {column: number, counterRate: CounterRate, tags: Record<string, string>, color: string}>} by tags */
  #series = new Map();
  /** The keys of the series that have no line, up to a limit. @type {Set<string>} */
  #hidden = new Set();
  /** The number of series ever created. It determines the colour, so a line keeps its colour when others disappear. */
  #seriesCreated = 0;

  /**
   * @param {Metric} metric the first metric
   * @param {MetricMetadata} [metadata] the unit and the description; undefined if the server sent none
   */
  constructor({ channel, name, type }, metadata) {
    this.isHistogram = type === 'histogram';
    this.panel = {
      id: `${channel}/${name}`,
      title: name,
      channel,
      subtitle: type === 'counter' ? 'per second' : '',
      unit: { ucum: metadata?.unit ?? '', isRate: type === 'counter' },
      description: metadata?.description,
      scale: 'auto',
      series: [],
    };
  }

  /** Changes the unit and the description. The grid then creates a new chart. @param {MetricMetadata} metadata */
  describe({ unit = '', description }) {
    if (unit !== this.panel.unit.ucum || description !== this.panel.description) {
      this.panel = { ...this.panel, unit: { ...this.panel.unit, ucum: unit }, description };
    }
  }

  get size() {
    return this.#series.size;
  }

  /** The number of series that have no line. */
  get hiddenCount() {
    return this.#hidden.size;
  }

  /** Removes all values. The lines stay. */
  clearValues() {
    this.timeSeries.clear();
    this.resetCounters();
  }

  /**
   * Adds a live metric.
   *
   * @param {Metric} metric
   * @param {number} time the time of the sample in seconds
   * @param {(group: MetricGroup) => boolean} hasCapacity returns whether the group may have another series
   * @param {boolean} isStored false if the chart shows no live values; then the metric only gets its line
   * @returns {boolean} true if the group has, or could create, the metric's series
   */
  add(metric, time, hasCapacity, isStored) {
    const series = this.#findOrCreate(metric, hasCapacity);
    const sample = isStored ? series?.counterRate.toSample(metric, time) : null;
    if (series && sample) {
      this.timeSeries.set(series.column, sample.time, sample.value);
    }
    return series !== null;
  }

  /** @param {Metric[]} metrics in time order @param {(group: MetricGroup) => boolean} hasCapacity as for `add` */
  addHistory(metrics, hasCapacity) {
    /** @type {Map<string, CounterRate>} */
    const counterRates = new Map();
    for (const metric of metrics) {
      const key = tagsKey(metric.tags);
      const counterRate = counterRates.get(key) ?? new CounterRate();
      counterRates.set(key, counterRate);
      const series = this.#findOrCreate(metric, hasCapacity);
      const sample = counterRate.toSample(metric);
      if (series && sample) {
        this.timeSeries.setFromHistory(series.column, sample.time, sample.value);
      }
    }
  }

  resetCounters() {
    this.#series.forEach((series) => (series.counterRate = new CounterRate()));
  }

  /**
   * Evicts the series without a live value since a given time.
   *
   * @param {number} since
   * @returns {boolean} true if a series was evicted
   */
  evictInactive(since) {
    const inactive = [...this.#series].filter(([, { column }]) => this.timeSeries.latestTimeOf(column) < since);
    for (const [key, { column }] of inactive) {
      this.#series.delete(key);
      this.timeSeries.removeColumn(column);
      this.#series.forEach((series) => (series.column -= series.column > column ? 1 : 0));
    }
    if (inactive.length > 0) {
      this.#hidden.clear(); // the active ones arrive again
      this.#updatePanel();
    }
    return inactive.length > 0;
  }

  /** @param {Metric} metric @param {(group: MetricGroup) => boolean} hasCapacity */
  #findOrCreate({ tags = {} }, hasCapacity) {
    const key = tagsKey(tags);
    const existing = this.#series.get(key);
    if (existing) {
      return existing;
    }
    if (this.#series.size >= MAX_LINES || !hasCapacity(this)) {
      this.#hide(key);
      return null;
    }
    this.#hidden.delete(key);
    const series = { column: this.timeSeries.addColumn(), counterRate: new CounterRate(), tags, color: `--line-${this.#seriesCreated++ % COLORS}` };
    this.#series.set(key, series);
    this.#updatePanel();
    return series;
  }

  /** Removes the line that was added last, so that a metric without a line gets one. */
  removeLast() {
    const [key, { column }] = /** @type {[string, {column: number}]} */ ([...this.#series].at(-1));
    this.#series.delete(key);
    this.timeSeries.removeColumn(column);
    this.#hide(key);
    this.#updatePanel();
  }

  /** @param {string} key */
  #hide(key) {
    if (!this.#hidden.has(key) && this.#hidden.size < MAX_HIDDEN) {
      this.#hidden.add(key);
    }
  }

  #updatePanel() {
    const name = this.panel.title;
    const allTags = [...this.#series.values()].map(({ tags }) => tags);
    this.panel = {
      ...this.panel,
      series: [...this.#series.values()].map(({ tags, color }, i) => ({ key: i === 0 ? name : `${name}#${i}`, metric: name, label: seriesLabel(tags, allTags), color, tags })),
    };
  }
}

/**
 * Returns the values of the tags that distinguish a series from the others. A single series is labelled by its subject.
 *
 * @param {Record<string, string>} tags
 * @param {Array<Record<string, string>>} allTags
 * @returns {string}
 */
function seriesLabel(tags, allTags) {
  const isDistinctive = (/** @type {[string, string]} */ [key, value]) =>
    allTags.length === 1 ? key !== 'host' && !/^(true|false)$/.test(value) : allTags.some((other) => other[key] !== value);
  return Object.entries(tags).filter(isDistinctive).map(([, value]) => value).join(' · ') || 'all';
}
