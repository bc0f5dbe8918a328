/**
 * The figures of a line in the visible range: the last value, the smallest, the mean and the greatest.
 *
 * @typedef {{last: number, min: number, mean: number, max: number}} Figures
 */

/**
 * Returns the rows of a range: the first one, and the one after the last.
 *
 * @param {number[]} times in ascending order
 * @param {import('./time-range.js').Range} range
 * @returns {[first: number, end: number]}
 */
export function rowsIn(times, [from, to]) {
  const first = times.findIndex((time) => time >= from);
  return first < 0 ? [0, 0] : [first, times.findLastIndex((time) => time <= to) + 1];
}

/**
 * Returns the rows whose last values belong to the picture: those of the visible range, or all while it is live, because the latest
 * value may be slightly ahead of the edge.
 *
 * @param {number[]} times in ascending order
 * @param {Pick<import('./time-range.js').TimeRange, 'isLive' | 'range'>} timeRange
 */
export function shownRows(times, { isLive, range }) {
  return rowsIn(times, isLive ? [-Infinity, Infinity] : range);
}

/**
 * Returns the last value of a column.
 *
 * @param {import('./time-series.js').Cell[]} column
 * @param {[first: number, end: number]} [rows] all by default
 * @returns {number | undefined}
 */
export function latestValue(column, [first, end] = [0, column.length]) {
  for (let row = end - 1; row >= first; row--) {
    const value = column[row];
    if (typeof value === 'number') {
      return value;
    }
  }
  return undefined;
}

/**
 * @param {import('./time-series.js').Cell[]} column
 * @param {[first: number, end: number]} rows
 * @param {import('./bands.js').Band} [band] the smallest and the greatest
 *     sample of each row, if they are known
 * @returns {Figures | null} null if the line has no value in these rows
 */
export function figuresOf(column, [first, end], [lows, highs] = [column, column]) {
  let [count, sum, last, min, max] = [0, 0, NaN, Infinity, -Infinity];
  for (let row = first; row < end; row++) {
    const value = column[row];
    if (typeof value === 'number') {
      count++;
      sum += value;
      last = value;
      min = Math.min(min, lows[row] ?? value);
      max = Math.max(max, highs[row] ?? value);
    }
  }
  return count === 0 ? null : { last, min, mean: sum / count, max };
}
