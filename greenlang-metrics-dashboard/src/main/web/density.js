/**
 * The observations of the distributions in a chart: how many fell into each row of values at each time. The heat map draws them.
 *
 * The rows are coarser than the buckets of the protocol: each has eight of them, a ratio of about 1.17. Zeros and negative observations
 * share the lowest row.
 *
 * @typedef {import('@greenlang/metrics-client').Buckets} Buckets
 * @typedef {import('./time-range.js').Range} Range
 * @typedef {{from: number, to: number, counts: Map<number, number>}} HeatColumn the counts by row
 */

/** The ratio of the bounds of a bucket, as the protocol defines it. */
const GAMMA = 1.01 / 0.99;
const BUCKETS_PER_ROW = 8;

/** The row of zeros and negative observations, until it is drawn below the others. */
export const LOWEST = -Infinity;

/** The maximum number of times. The oldest are evicted. */
const MAX_TIMES = 3_000;

/** Returns the lower edge of a row. @param {number} row */
export function edgeOf(row) {
  return GAMMA ** (row * BUCKETS_PER_ROW);
}

export class Density {
  /** The counts by row, of each series at each time. @type {Map<number, Map<string, Map<number, number>>>} */
  #times = new Map();

  get isEmpty() {
    return this.#times.size === 0;
  }

  /**
   * Adds the observations of a series at a time.
   *
   * @param {number} time
   * @param {string} key of the series
   * @param {Buckets} buckets
   * @param {boolean} isHistory true if they must not replace live ones
   */
  set(time, key, buckets, isHistory) {
    const series = this.#times.get(time) ?? new Map();
    if (!isHistory || !series.has(key)) {
      series.set(key, rowsOf(buckets));
      this.#times.set(time, series);
    }
    if (this.#times.size > 1.1 * MAX_TIMES) {
      this.#evict(this.#times.size - MAX_TIMES);
    }
  }

  /** Evicts the observations before a time. @param {number} time */
  evictBefore(time) {
    [...this.#times.keys()].filter((each) => each < time).forEach((each) => this.#times.delete(each));
  }

  clear() {
    this.#times.clear();
  }

  /**
   * Returns the columns of a range in time order.
   *
   * @param {Range} range
   * @param {number} maxColumns
   * @returns {HeatColumn[]}
   */
  columnsIn([from, to], maxColumns) {
    const times = [...this.#times.keys()].filter((time) => time >= from && time <= to).sort((a, b) => a - b);
    const width = Math.max(usualStep(times), (to - from) / maxColumns);
    /** @type {Map<number, HeatColumn>} */
    const columns = new Map();
    for (const time of times) {
      const slot = Math.floor((time - times[0]) / width + 1e-6);
      const start = times[0] + slot * width;
      const column = columns.get(slot) ?? { from: start, to: start + width, counts: new Map() };
      columns.set(slot, column);
      this.#times.get(time)?.forEach((rows) => rows.forEach((count, row) => column.counts.set(row, (column.counts.get(row) ?? 0) + count)));
    }
    return [...columns.values()];
  }

  /** @param {number} count of the oldest times */
  #evict(count) {
    [...this.#times.keys()].sort((a, b) => a - b).slice(0, count).forEach((time) => this.#times.delete(time));
  }
}

/**
 * Returns the rows that columns have, from the lowest positive one to the highest.
 *
 * @param {HeatColumn[]} columns
 * @returns {[lowest: number, highest: number] | null} null without positive observations
 */
export function rowRange(columns) {
  const rows = columns.flatMap(({ counts }) => [...counts.keys()]).filter((row) => row !== LOWEST);
  return rows.length === 0 ? null : [rows.reduce((a, b) => Math.min(a, b)), rows.reduce((a, b) => Math.max(a, b))];
}

/** @param {Buckets} buckets @returns {Map<number, number>} the counts by row */
function rowsOf({ zero = 0, positive = [], negative = [] }) {
  /** @type {Map<number, number>} */
  const rows = new Map();
  const add = (/** @type {number} */ row, /** @type {number} */ count) => count > 0 && rows.set(row, (rows.get(row) ?? 0) + count);
  add(LOWEST, zero);
  negative.forEach(([, ...counts]) => counts.forEach((count) => add(LOWEST, count)));
  positive.forEach(([index, ...counts]) => counts.forEach((count, i) => add(Math.floor((index + i) / BUCKETS_PER_ROW), count)));
  return rows;
}

/** Returns the median distance of times; one second if there are too few. @param {number[]} times in ascending order */
function usualStep(times) {
  const steps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  return steps.length > 0 ? steps[Math.floor(steps.length / 2)] : 1;
}
