/**
 * The smallest and the greatest sample in each row of a time series, for the columns whose windows have them. The arrays have the rows
 * of the time series, which inserts and removes them together with its own.
 *
 * @typedef {import('./time-series.js').Cell} Cell
 * @typedef {[lows: Cell[], highs: Cell[]]} Band
 */
export class Bands {
  /** @type {Array<Band | undefined>} by column */
  #bands = [];

  /** Returns the band of a column; undefined if its values have none. @param {number} column */
  of(column) {
    return this.#bands[column];
  }

  /** All arrays: alternately lows and highs. */
  get arrays() {
    return this.#bands.flatMap((band) => band ?? []);
  }

  /**
   * Adds the extremes of a window to a row, which may have those of another one.
   *
   * @param {number} column
   * @param {number} row
   * @param {number} rows the number of rows of the time series
   * @param {{min: number, max: number}} extremes
   */
  add(column, row, rows, { min, max }) {
    const [lows, highs] = (this.#bands[column] ??= [Array(rows).fill(undefined), Array(rows).fill(undefined)]);
    lows[row] = smaller(lows[row], min);
    highs[row] = greater(highs[row], max);
  }

  /** Removes a column. The indexes of later columns decrease by one. @param {number} column */
  remove(column) {
    this.#bands.splice(column, 1);
  }

  /** Removes the values of a column. @param {number} column */
  clear(column) {
    this.#bands[column] = undefined;
  }

  clearAll() {
    this.#bands = [];
  }
}

/** Returns the smaller one of those that are numbers. @param {Cell} a @param {Cell} b */
export function smaller(a, b) {
  return typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : (b ?? a);
}

/** Returns the greater one of those that are numbers. @param {Cell} a @param {Cell} b */
export function greater(a, b) {
  return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : (b ?? a);
}
