import { unitOf } from './format.js';
import { Reader, tagsKey } from './reading.js';
import { Track } from './track.js';

/**
 * All series of one metric name in one channel: a chart, with a line per set of tags.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */

/** More lines than this in one chart nobody can tell apart. */
export const MAX_LINES = 50;
const COLORS = 8;

export class Family {
  track = new Track();
  /** Grows as series appear; the chart is made anew then. @type {import('./panels.js').Panel} */
  panel;
  /** @type {Map<string, {column: number, reader: Reader, tags: Record<string, string>}>} by tags */
  #series = new Map();

  /** @param {Metric} metric the first one */
  constructor({ channel, name, type }) {
    this.panel = {
      id: `${channel}/${name}`,
      title: name,
      subtitle: type === 'counter' ? 'per second' : '',
      unit: unitOf(name, type),
      scale: 'snug',
      series: [],
    };
  }

  get size() {
    return this.#series.size;
  }

  /** @param {Metric} metric @returns {boolean} whether there is, or was, room for its series */
  add(metric) {
    const series = this.#find(metric);
    const reading = series?.reader.read(metric);
    if (series && reading) {
      this.track.put(series.column, reading.time, reading.value);
    }
    return series !== null;
  }

  /** @param {Metric[]} metrics in time order */
  addPast(metrics) {
    /** @type {Map<string, Reader>} */
    const readers = new Map();
    for (const metric of metrics) {
      const key = tagsKey(metric.tags);
      const reader = readers.get(key) ?? new Reader();
      readers.set(key, reader);
      const series = this.#find(metric);
      const reading = reader.read(metric);
      if (series && reading) {
        this.track.putPast(series.column, reading.time, reading.value);
      }
    }
  }

  forgetTotals() {
    this.#series.forEach((series) => (series.reader = new Reader()));
  }

  /** @param {Metric} metric */
  #find({ name, tags = {} }) {
    const key = tagsKey(tags);
    const known = this.#series.get(key);
    if (known || this.#series.size >= MAX_LINES) {
      return known ?? null;
    }
    const series = { column: this.track.addColumn(), reader: new Reader(), tags };
    this.#series.set(key, series);
    const all = [...this.#series.values()].map((each) => each.tags);
    this.panel = {
      ...this.panel,
      series: all.map((each, i) => ({ key: i === 0 ? name : `${name}#${i}`, metric: name, label: label(each, all), color: `--line-${i % COLORS}` })),
    };
    return series;
  }
}

/**
 * @param {Record<string, string>} tags
 * @param {Array<Record<string, string>>} all
 * @returns {string} only what tells this series from the others; of one on its own, what it is about
 */
function label(tags, all) {
  const isTelling = (/** @type {[string, string]} */ [key, value]) =>
    all.length === 1 ? key !== 'host' && !/^(true|false)$/.test(value) : all.some((other) => other[key] !== value);
  return Object.entries(tags).filter(isTelling).map(([, value]) => value).join(' · ') || 'all';
}
