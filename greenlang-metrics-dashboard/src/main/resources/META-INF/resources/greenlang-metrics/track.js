/**
 * The recent past of a few series that share one chart: rows of one time and one value per series, oldest first, in the
 * shape that uPlot draws. Bounded by the window in time and by a number of rows, whatever the server sends.
 *
 * In a row `undefined` means "this series said nothing at that moment" and the line goes on; `null` means "nobody was
 * listening" and the line breaks.
 *
 * @typedef {number | null | undefined} Cell
 */

export const WINDOW_SECONDS = 300;

/** Ten rows a second for the whole window. */
const MAX_ROWS = 10 * WINDOW_SECONDS;

/** Samples arrive in order but for some jitter. One that is older than this means that the server's clock was set back. */
const JITTER_SECONDS = 5;

export class Track {
  /** @type {number[]} */
  #times = [];
  /** @type {Cell[][]} */
  #columns;
  #broken = false;

  /** @param {number} series how many share the chart */
  constructor(series) {
    this.#columns = Array.from({ length: series }, () => []);
  }

  get rows() {
    return this.#times.length;
  }

  /** The newest row's time, or undefined before the first. */
  get newest() {
    return this.#times.at(-1);
  }

  /** The arrays themselves, not copies: they are drawn on every frame and must not be kept. */
  get data() {
    return /** @type {[number[], ...Cell[][]]} */ ([this.#times, ...this.#columns]);
  }

  /**
   * @param {number} series
   * @param {number} time
   * @param {number | null} value null breaks this series' line here
   */
  put(series, time, value) {
    if (this.newest !== undefined && time < this.newest - JITTER_SECONDS) {
      this.#clear();
    }
    this.#columns[series][this.#rowAt(time)] = value;
    this.#trim();
  }

  /** Says that samples may have been missed: the next new row is not joined to the last one. */
  breakLine() {
    this.#broken = this.rows > 0;
  }

  /** @param {number} time */
  #rowAt(time) {
    let row = this.rows;
    while (row > 0 && this.#times[row - 1] > time) {
      row--;
    }
    if (row > 0 && this.#times[row - 1] === time) {
      return row - 1;
    }
    if (this.#broken && row === this.rows) {
      this.#broken = false;
      this.#insert(row, (this.#times[row - 1] + time) / 2, null);
      row++;
    }
    this.#insert(row, time, undefined);
    return row;
  }

  /**
   * @param {number} row
   * @param {number} time
   * @param {Cell} cell
   */
  #insert(row, time, cell) {
    this.#times.splice(row, 0, time);
    for (const column of this.#columns) {
      column.splice(row, 0, cell);
    }
  }

  #trim() {
    const oldest = /** @type {number} */ (this.newest) - WINDOW_SECONDS;
    // One row beyond the window stays, so that the line runs off the edge instead of starting inside.
    while (this.#times[1] < oldest || this.rows > MAX_ROWS) {
      this.#times.shift();
      this.#columns.forEach((column) => column.shift());
    }
  }

  #clear() {
    this.#times.length = 0;
    this.#columns.forEach((column) => (column.length = 0));
    this.#broken = false;
  }
}

/**
 * @param {Cell[]} column
 * @returns {number | undefined} the last value in it
 */
export function newestValue(column) {
  return column.findLast((cell) => typeof cell === 'number') ?? undefined;
}
