import { STATISTICS } from './chart-options.js';
import { CounterRate, tagsKey } from './counter-rate.js';
import { Density } from './density.js';
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
/** The strokes of the statistics, for charts with several series: there, the color identifies the series. @type {Record<string, number[]>} */
const DASHES = { mean: [6, 4], p50: [2, 3], p95: [], p99: [10, 3], max: [1, 4] };

/**
 * One series of the group. It has a line for each statistic, or one line if it has none.
 *
 * @typedef {object} GroupSeries
 * @property {Map<string, number>} columns the columns of the time series by statistic; a series without statistics has the empty one
 * @property {string} name the name of the metric
 * @property {CounterRate} counterRate
 * @property {Record<string, string>} tags
 * @property {number} color
 */

/**
 * A chart that shows the series of several names. The first metric decides on its unit.
 *
 * @typedef {object} CombinedChart
 * @property {string} id
 * @property {string} title
 * @property {import('./thresholds.js').Thresholds} [thresholds]
 */

/** The maximum number of series without a line that the group counts. */
const MAX_HIDDEN = 10_000;

export class MetricGroup {
  timeSeries = new TimeSeries();
  /** The observations of distributions; null if the server sends no buckets. @type {Density | null} */
  density = null;
  /** The panel is replaced when a series is added or removed; the grid then creates a new chart. @type {import('./panels.js').Panel} */
  panel;
  isHistogram;
  /** The first metric. */
  metric;
  #isCombined;
  /** @type {Map<string, GroupSeries>} by tags, and by name if the chart is combined */
  #series = new Map();
  /** The keys of the series that have no line, up to a limit. @type {Set<string>} */
  #hidden = new Set();
  /** The number of series ever created. It determines the color, so a line keeps its color when others disappear. */
  #seriesCreated = 0;

  /**
   * @param {Metric} metric the first one
   * @param {MetricMetadata} [metadata] the unit and the description; undefined if the server sent none
   * @param {CombinedChart} [combined] present if the group has the series of several names
   */
  constructor(metric, metadata, combined) {
    const { channel, name, type } = metric;
    this.metric = metric;
    this.#isCombined = combined !== undefined;
    this.isHistogram = type === 'histogram';
    this.panel = {
      id: `${channel}/${name}`,
      title: name,
      ...combined,
      channel,
      subtitle: type === 'counter' ? 'per second' : '',
      unit: { ucum: metadata?.unit ?? '', isRate: type === 'counter' },
      description: metadata?.description,
      scale: 'auto',
      series: [],
    };
  }

  /**
   * Changes the unit and the description. The grid then creates a new chart. In a combined chart, the first metric decides on both.
   *
   * @param {MetricMetadata} metadata
   */
  describe({ name, unit = '', description }) {
    if (name === this.metric.name && (unit !== this.panel.unit.ucum || description !== this.panel.description)) {
      this.panel = { ...this.panel, unit: { ...this.panel.unit, ucum: unit }, description };
    }
  }

  get size() {
    return this.#series.size;
  }

  /** The tags of all series, with and without a line, as `tagsKey` returns them. */
  get seriesKeys() {
    return [...this.#series.keys(), ...this.#hidden];
  }

  /** The number of series that have no line. */
  get hiddenCount() {
    return this.#hidden.size;
  }

  /** Removes all values. The lines stay. */
  clearValues() {
    this.timeSeries.clear();
    this.density?.clear();
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
      this.#write(series, metric, sample, 'set');
    }
    return series !== null;
  }

  /** @param {Metric[]} metrics in time order @param {(group: MetricGroup) => boolean} hasCapacity as for `add` */
  addHistory(metrics, hasCapacity) {
    /** @type {Map<string, CounterRate>} */
    const counterRates = new Map();
    for (const metric of metrics) {
      const key = this.#keyOf(metric);
      const counterRate = counterRates.get(key) ?? new CounterRate();
      counterRates.set(key, counterRate);
      const series = this.#findOrCreate(metric, hasCapacity);
      const sample = counterRate.toSample(metric);
      if (series && sample) {
        this.#write(series, metric, sample, 'setFromHistory');
      }
    }
  }

  /**
   * @param {GroupSeries} series
   * @param {Metric} metric
   * @param {import('./counter-rate.js').Sample} sample
   * @param {'set' | 'setFromHistory'} method
   */
  #write(series, metric, sample, method) {
    const { time } = sample;
    for (const statistic of statisticsOf(metric)) {
      const isMean = statistic === '' || statistic === 'mean';
      const number = isMean ? sample.value : metric[/** @type {'p50'} */ (statistic)];
      if (typeof number === 'number') {
        this.timeSeries[method](this.#columnOf(series, statistic), time, number, isMean ? sample : undefined);
      }
    }
    if (metric.buckets) {
      this.density ??= new Density();
      this.density.set(time, this.#keyOf(metric), metric.buckets, method === 'setFromHistory');
      this.density.evictBefore(this.timeSeries.oldestTime ?? time);
    }
  }

  /** Returns the column of a statistic, and adds it if necessary. @param {GroupSeries} series @param {string} statistic */
  #columnOf(series, statistic) {
    let column = series.columns.get(statistic);
    if (column === undefined) {
      column = this.timeSeries.addColumn();
      series.columns.set(statistic, column);
      this.#updatePanel();
    }
    return column;
  }

  resetCounters() {
    this.#series.forEach((series) => (series.counterRate = new CounterRate()));
  }

  /**
   * Evicts the series without a value since a given time. Values of history count: after a restart of the query, a series that publishes
   * rarely has only those.
   *
   * @param {number} since
   * @returns {boolean} true if a series was evicted
   */
  evictInactive(since) {
    const inactive = [...this.#series].filter(([, { columns }]) => [...columns.values()].every((column) => this.timeSeries.lastTimeOf(column) < since));
    inactive.forEach(([key]) => this.#remove(key));
    if (inactive.length > 0) {
      this.#hidden.clear(); // the active ones arrive again
      this.#updatePanel();
    }
    return inactive.length > 0;
  }

  /** @param {Metric} metric @param {(group: MetricGroup) => boolean} hasCapacity */
  #findOrCreate(metric, hasCapacity) {
    const { name, tags = {} } = metric;
    const key = this.#keyOf(metric);
    const existing = this.#series.get(key);
    if (existing) {
      return existing;
    }
    if (this.#series.size >= MAX_LINES || !hasCapacity(this)) {
      this.#hide(key);
      return null;
    }
    this.#hidden.delete(key);
    /** @type {GroupSeries} */
    const series = { name, columns: new Map(), counterRate: new CounterRate(), tags, color: this.#seriesCreated++ % COLORS };
    this.#series.set(key, series);
    statisticsOf(metric).forEach((statistic) => this.#columnOf(series, statistic));
    return series;
  }

  /** @param {Metric} metric */
  #keyOf({ name, tags }) {
    return this.#isCombined ? `${name} ${tagsKey(tags)}` : tagsKey(tags);
  }

  /** Removes the line that was added last, so that a metric without a line gets one. */
  removeLast() {
    const key = /** @type {string} */ ([...this.#series.keys()].at(-1));
    this.#remove(key);
    this.#hide(key);
    this.#updatePanel();
  }

  /** Removes a series and its columns. @param {string} key */
  #remove(key) {
    const removed = [...(this.#series.get(key)?.columns.values() ?? [])].sort((a, b) => b - a);
    this.#series.delete(key);
    for (const column of removed) {
      this.timeSeries.removeColumn(column);
      this.#series.forEach(({ columns }) => columns.forEach((each, statistic) => each > column && columns.set(statistic, each - 1)));
    }
  }

  /** @param {string} key */
  #hide(key) {
    if (!this.#hidden.has(key) && this.#hidden.size < MAX_HIDDEN) {
      this.#hidden.add(key);
    }
  }

  #updatePanel() {
    const all = [...this.#series.values()];
    const allTags = all.map(({ tags }) => tags);
    const indexOf = (/** @type {GroupSeries} */ series) => all.filter(({ name }) => name === series.name).indexOf(series);
    const lines = all.flatMap((series) => [...series.columns].map(([statistic, column]) => ({ column, line: this.#line(series, indexOf(series), statistic, allTags) })));
    const subtitle = this.isHistogram ? this.#subject(allTags) : this.panel.subtitle;
    this.panel = { ...this.panel, subtitle, series: lines.sort((a, b) => a.column - b.column).map(({ line }) => line) };
  }

  /** Returns what a single distribution is about. Its lines are named by their statistics. @param {Array<Record<string, string>>} allTags */
  #subject(allTags) {
    const label = allTags.length === 1 ? seriesLabel(/** @type {Record<string, string>} */ (allTags[0]), allTags) : 'all';
    return label === 'all' ? '' : label;
  }

  /** @param {GroupSeries} series @param {number} i @param {string} statistic @param {Array<Record<string, string>>} allTags @returns {import('./panels.js').Series} */
  #line({ name, tags, color }, i, statistic, allTags) {
    const names = [...new Set([...this.#series.values()].map((series) => series.name))];
    const key = i === 0 ? name : `${name}#${i}`;
    const parts = [...Object.entries(tags).map(([tag, value]) => `${tag}=${value}`).sort(), ...(statistic ? [statistic] : [])];
    const id = (this.#isCombined ? [name, ...parts] : parts).join(' ') || name;
    const line = { id, key, metric: name, label: withName(name, names, seriesLabel(tags, allTags)), color: `--line-${color}`, tags };
    if (statistic === '') {
      return line;
    }
    const isSingle = allTags.length === 1;
    return {
      ...line,
      key: statistic === 'mean' ? key : `${key}:${statistic}`,
      statistic,
      ...(isSingle ? { color: `--line-${STATISTICS.indexOf(statistic) % COLORS}` } : { dash: DASHES[statistic] }),
    };
  }
}

/** Returns the statistics that a metric has a line for: those of a distribution, or the empty one for all others. @param {Pick<Metric, 'type' | 'p99'>} metric */
function statisticsOf({ type, p99 }) {
  return type === 'histogram' && p99 !== undefined ? STATISTICS : [''];
}

/**
 * Returns the values of the tags that distinguish a series from the others. A single series is labeled by its subject. The value `none`,
 * which Micrometer gives to a tag without a value, says nothing beside other values.
 *
 * @param {Record<string, string>} tags
 * @param {Array<Record<string, string>>} allTags
 * @returns {string}
 */
function seriesLabel(tags, allTags) {
  const isDistinctive = (/** @type {[string, string]} */ [key, value]) =>
    allTags.length === 1 ? key !== 'host' && !/^(true|false)$/.test(value) : allTags.some((other) => other[key] !== value);
  const values = Object.entries(tags).filter(isDistinctive).map(([, value]) => value);
  return values.filter((value) => value !== 'none').join(' · ') || values[0] || 'all';
}

/**
 * Adds the name to the label of a series, without the part that all names of the chart share.
 *
 * @param {string} name
 * @param {string[]} names
 * @param {string} label
 */
function withName(name, names, label) {
  if (names.length === 1) {
    return label;
  }
  const words = names.map((each) => each.split('.'));
  const shared = words[0].findIndex((word, i) => words.some((other) => other[i] !== word || other.length <= i + 1));
  const short = name.split('.').slice(Math.max(0, shared)).join('.');
  return label === 'all' ? short : `${short} · ${label}`;
}
