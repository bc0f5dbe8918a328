import { Bands, greater, smaller } from './bands.js';
import { latestValue } from './figures.js';
import { widestSpace } from './row-spacing.js';

/**
 * The recent values of the series in one chart, in the shape that uPlot draws. A row has one time and one value per series; the
 * oldest row is first. The window bounds the time span and a limit bounds the rows, whatever the server sends.
 *
 * In a row, `undefined` means that the series has no value at that time, and the line continues. `null` means that the client was
 * not connected, and the line breaks.
 *
 * @typedef {number | null | undefined} Cell
 * @typedef {{min?: number, max?: number}} Extremes
 * @typedef {{from: number, to: number}} Gap in seconds since the epoch
 * @typedef {import('./time-range.js').Range} Range
 */

/**
 * The rows of five minutes at 10 per second. A window has at most twice as many. In a longer window the rows are further apart.
 */
const MAX_ROWS = 3_000;

/** The share of the window by which rows may exceed it before they are evicted. */
const SLACK = 0.05;

/**
 * The age from which a value means that the clock of its series was set back. Values of a series arrive in order, except for
 * some jitter.
 */
const CLOCK_SET_BACK_SECONDS = 120;

/** The magnitude from which a plot divides the values. */
const HUGE = 1e15;

export class TimeSeries {
  /** @type {number[]} */
  #times = [];
  /** @type {Cell[][]} */
  #columns = [];
  #bands = new Bands();
  /** @type {Gap[]} */
  #gaps = [];
  #isGapPending = false;
  #windowSeconds = 300;
  /** The range that the user is viewing, which must not be evicted. @type {Range | null} */
  #pinned = null;
  /** The latest live time of each column. @type {Array<number | undefined>} */
  #latestTimes = [];
  /** The greatest magnitude of all values so far. */
  #greatest = 0;

  /** @param {number} [columns] */
  constructor(columns = 0) {
    Array.from({ length: columns }, () => this.addColumn());
  }

  get rows() {
    return this.#times.length;
  }

  /** The time of the latest row; undefined before the first row. */
  get latestTime() {
    return this.#times.at(-1);
  }

  /** The time of the oldest row; undefined before the first row. */
  get oldestTime() {
    return this.#times[0];
  }

  /** The ranges in which the client was not connected and that history does not cover. */
  get gaps() {
    return this.#gaps;
  }

  /** The power of ten by which a plot divides the values: uPlot draws no axis for values of more than 16 digits. 1 for all others. */
  get plotDivisor() {
    return this.#greatest < HUGE ? 1 : 10 ** Math.floor(Math.log10(this.#greatest));
  }

  /** The internal arrays, not copies, because the plot draws them on every frame. Callers must not keep them. */
  get data() {
    return /** @type {[number[], ...Cell[][]]} */ ([this.#times, ...this.#columns]);
  }

  /** Returns the smallest and the greatest sample of each row; undefined if the values of a column have none. @param {number} column */
  bandOf(column) {
    return this.#bands.of(column);
  }

  /** All arrays with a cell per row. */
  get #arrays() {
    return [...this.#columns, ...this.#bands.arrays];
  }

  /**
   * Adds an empty column.
   *
   * @returns {number} its index
   */
  addColumn() {
    this.#columns.push(Array(this.rows).fill(undefined));
    this.#latestTimes.push(undefined);
    return this.#columns.length - 1;
  }

  /** Removes a column. The indexes of later columns decrease by one. @param {number} column */
  removeColumn(column) {
    this.#columns.splice(column, 1);
    this.#bands.remove(column);
    this.#latestTimes.splice(column, 1);
  }

  /**
   * Returns the time of a column's latest live value. Values from history do not count.
   *
   * @param {number} column
   * @returns {number}
   */
  latestTimeOf(column) {
    return this.#latestTimes[column] ?? -Infinity;
  }

  /** Returns the time of a column's last value, live or from history; -Infinity if it has none. @param {number} column */
  lastTimeOf(column) {
    const row = this.#columns[column].findLastIndex((cell) => typeof cell === 'number');
    return Math.max(this.latestTimeOf(column), this.#times[row] ?? -Infinity);
  }

  /**
   * Sets the window and the pinned range.
   *
   * @param {number} windowSeconds
   * @param {Range | null} pinned the range that the user is viewing, which must not be evicted
   */
  setRetention(windowSeconds, pinned) {
    const isWider = windowSeconds > this.#windowSeconds;
    this.#windowSeconds = windowSeconds;
    this.#pinned = pinned;
    if (isWider) {
      this.#mergeDenseRows();
    }
  }

  /**
   * Sets a live value.
   *
   * @param {number} column
   * @param {number} time
   * @param {number} value
   * @param {Extremes} [extremes] of the samples in a window
   */
  set(column, time, value, extremes) {
    const latest = this.latestTimeOf(column);
    const isSetBack = time < latest - CLOCK_SET_BACK_SECONDS;
    if (isSetBack) {
      this.#clearColumn(column);
    }
    this.#latestTimes[column] = isSetBack ? time : Math.max(time, latest);
    const row = this.#findOrInsertRow(time);
    this.#columns[column][row] = value;
    this.#note(column, row, value, extremes);
    this.#evict();
  }

  /**
   * Sets a value from history. It never overwrites a live value.
   *
   * @param {number} column
   * @param {number} time
   * @param {number} value
   * @param {Extremes} [extremes] of the samples in a window
   */
  setFromHistory(column, time, value, extremes) {
    const row = this.#findOrInsertRow(time);
    this.#columns[column][row] ??= value;
    this.#note(column, row, value, extremes);
  }

  /** @param {number} column @param {number} row @param {number} value @param {Extremes} [extremes] */
  #note(column, row, value, { min, max } = {}) {
    if (min !== undefined && max !== undefined) {
      this.#bands.add(column, row, this.rows, { min, max });
    }
    this.#greatest = Math.max(this.#greatest, Math.abs(value), Math.abs(min ?? 0), Math.abs(max ?? 0));
  }

  /** Records that metrics may be missing. The next new row is not connected to the last one. */
  breakLine() {
    this.#isGapPending = this.rows > 0;
  }

  /** Reduces each gap to the part that history has not filled. */
  closeFilledGaps() {
    for (const gap of this.#gaps.splice(0)) {
      this.#removeBreaks(gap);
      const remaining = widestSpace(this.#times, gap);
      if (remaining) {
        this.#insertGap(remaining);
      }
    }
  }

  clear() {
    this.#times.length = 0;
    this.#columns.forEach((column) => (column.length = 0));
    this.#bands.clearAll();
    this.#gaps.length = 0;
    this.#isGapPending = false;
    this.#greatest = 0;
    this.#latestTimes.fill(undefined);
  }

  /**
   * Returns the index of the row for a time and inserts the row if necessary.
   *
   * @param {number} time
   * @returns {number}
   */
  #findOrInsertRow(time) {
    let row = this.rows;
    while (row > 0 && this.#times[row - 1] > time) {
      row--;
    }
    if (row > 0 && time - this.#times[row - 1] < this.#minSpacing && (time === this.#times[row - 1] || !this.#isBreak(row - 1))) {
      return row - 1;
    }
    if (this.#isGapPending && row === this.rows) { // also if history arrives before the next sample; closeFilledGaps() checks the width
      this.#isGapPending = false;
      this.#insertGap({ from: this.#times[row - 1], to: time });
      row++;
    }
    this.#insertRow(row, time, undefined);
    return row;
  }

  /** The minimum distance between rows. Closer values share a row, because no screen has that many columns. */
  get #minSpacing() {
    return ((1 + 2 * SLACK) * this.#windowSeconds) / (2 * MAX_ROWS);
  }

  /** @param {Gap} gap */
  #insertGap(gap) {
    this.#gaps.push(gap);
    const middle = (gap.from + gap.to) / 2;
    const row = this.#times.findIndex((time) => time > middle);
    this.#insertRow(row < 0 ? this.rows : row, middle, null);
  }

  /** @param {Gap} gap */
  #removeBreaks({ from, to }) {
    for (let row = this.rows - 1; row >= 0 && this.#times[row] >= from; row--) {
      if (this.#times[row] <= to && this.#isBreak(row)) {
        this.#times.splice(row, 1);
        this.#arrays.forEach((cells) => cells.splice(row, 1));
      }
    }
  }

  /** @param {number} row */
  #isBreak(row) {
    return this.#columns.length > 0 && this.#columns.every((column) => column[row] === null);
  }

  /**
   * @param {number} row
   * @param {number} time
   * @param {Cell} cell
   */
  #insertRow(row, time, cell) {
    this.#times.splice(row, 0, time);
    this.#arrays.forEach((cells) => cells.splice(row, 0, cell));
  }

  /** Removes the rows that are neither in the window nor in the pinned range, and those above the row limit. */
  #evict() {
    const windowStart = /** @type {number} */ (this.latestTime) - this.#windowSeconds;
    const isPinning = this.#pinned !== null && this.#pinned[0] < windowStart;
    const pinnedRows = isPinning ? this.#firstRowFrom(/** @type {Range} */ (this.#pinned)[1]) + 1 : 0;
    const maxRows = (isPinning ? 4 : 2) * MAX_ROWS;
    const slack = this.#windowSeconds * SLACK; // evicts many rows at once: shifting every array for each row would dominate the cost
    if (this.rows > maxRows) {
      this.#mergeDenseRows();
      this.#removeRows(pinnedRows, pinnedRows + this.rows - maxRows);
    } else if (this.#times[pinnedRows + 1] >= windowStart - slack) {
      return;
    }
    // One row before the window stays, so that the line runs off the edge instead of starting inside.
    this.#removeRows(pinnedRows, this.#firstRowFrom(windowStart) - 1);
    if (isPinning) {
      this.#removeRows(0, this.#firstRowFrom(/** @type {Range} */ (this.#pinned)[0]) - 1);
    }
  }

  /**
   * Returns the first row at or after a time.
   *
   * @param {number} time
   * @returns {number}
   */
  #firstRowFrom(time) {
    let [low, high] = [0, this.rows];
    while (low < high) {
      const middle = (low + high) >> 1;
      [low, high] = this.#times[middle] < time ? [middle + 1, high] : [low, middle];
    }
    return low;
  }

  /** @param {number} start @param {number} end exclusive */
  #removeRows(start, end) {
    if (end > start) {
      const [startTime, endTime] = [start === 0 ? -Infinity : this.#times[start], this.#times[end]];
      this.#times.splice(start, end - start);
      this.#arrays.forEach((cells) => cells.splice(start, end - start));
      this.#gaps = this.#gaps.filter((gap) => gap.from < startTime || gap.to > endTime);
    }
  }

  /** Merges rows that are closer together than the current minimum spacing. */
  #mergeDenseRows() {
    const arrays = this.#arrays;
    const cells = arrays.map((each) => each.splice(0));
    const merge = (/** @type {number} */ i, /** @type {Cell} */ a, /** @type {Cell} */ b) => (i < this.#columns.length ? (b ?? a) : (i - this.#columns.length) % 2 === 0 ? smaller(a, b) : greater(a, b));
    for (const [row, time] of this.#times.splice(0).entries()) {
      const isBreak = cells.slice(0, this.#columns.length).every((column) => column[row] === null);
      const last = this.rows - 1;
      const isMerged = last >= 0 && !isBreak && !this.#isBreak(last) && time - this.#times[last] < this.#minSpacing;
      if (!isMerged) {
        this.#times.push(time);
      }
      arrays.forEach((each, i) => (each[this.rows - 1] = isMerged ? merge(i, each[last], cells[i][row]) : cells[i][row]));
    }
  }

  /**
   * Clears a series whose clock was set back. Its old times can no longer be compared. The values of other series stay.
   *
   * @param {number} column
   */
  #clearColumn(column) {
    const columns = this.#columns;
    this.#bands.clear(column);
    columns[column] = columns[column].map((cell) => (cell === null ? null : undefined));
    if (columns.every((cells) => latestValue(cells) === undefined)) {
      this.clear();
    }
  }
}
