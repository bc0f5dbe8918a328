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
  /** @type {Map<string, {column: number, reader: Reader, tags: Record<string, string>, color: string}>} by tags */
  #series = new Map();
  /** How many there ever were: a line keeps its colour when others go. */
  #count = 0;

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

  /**
   * @param {Metric} metric
   * @param {() => boolean} hasRoom whether the channel may have another series
   * @returns {boolean} whether there is, or was, room for its series
   */
  add(metric, hasRoom) {
    const series = this.#find(metric, hasRoom);
    const reading = series?.reader.read(metric);
    if (series && reading) {
      this.track.put(series.column, reading.time, reading.value);
    }
    return series !== null;
  }

  /** @param {Metric[]} metrics in time order @param {() => boolean} hasRoom as for `add` */
  addPast(metrics, hasRoom) {
    /** @type {Map<string, Reader>} */
    const readers = new Map();
    for (const metric of metrics) {
      const key = tagsKey(metric.tags);
      const reader = readers.get(key) ?? new Reader();
      readers.set(key, reader);
      const series = this.#find(metric, hasRoom);
      const reading = reader.read(metric);
      if (series && reading) {
        this.track.putPast(series.column, reading.time, reading.value);
      }
    }
  }

  forgetTotals() {
    this.#series.forEach((series) => (series.reader = new Reader()));
  }

  /** Makes room for others. @param {number} before who has said nothing since @returns {boolean} whether any was dropped */
  dropSilent(before) {
    const silent = [...this.#series].filter(([, { column }]) => this.track.newestOf(column) < before);
    for (const [key, { column }] of silent) {
      this.#series.delete(key);
      this.track.removeColumn(column);
      this.#series.forEach((series) => (series.column -= series.column > column ? 1 : 0));
    }
    if (silent.length > 0) {
      this.#nameLines();
    }
    return silent.length > 0;
  }

  /** @param {Metric} metric @param {() => boolean} hasRoom */
  #find({ tags = {} }, hasRoom) {
    const key = tagsKey(tags);
    const known = this.#series.get(key);
    if (known || this.#series.size >= MAX_LINES || !hasRoom()) {
      return known ?? null;
    }
    const series = { column: this.track.addColumn(), reader: new Reader(), tags, color: `--line-${this.#count++ % COLORS}` };
    this.#series.set(key, series);
    this.#nameLines();
    return series;
  }

  #nameLines() {
    const name = this.panel.title;
    const all = [...this.#series.values()].map(({ tags }) => tags);
    this.panel = {
      ...this.panel,
      series: [...this.#series.values()].map(({ tags, color }, i) => ({ key: i === 0 ? name : `${name}#${i}`, metric: name, label: label(tags, all), color })),
    };
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
