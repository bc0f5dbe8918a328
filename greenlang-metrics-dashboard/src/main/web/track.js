/**
 * The recent past of the series that share one chart: rows of one time and one value per series, oldest first, in the shape
 * that uPlot draws. Bounded in time by the window and in rows by a number, whatever the server sends.
 *
 * In a row `undefined` means "this series said nothing at that moment" and the line goes on; `null` means "nobody was
 * listening" and the line breaks.
 *
 * @typedef {number | null | undefined} Cell
 * @typedef {{from: number, to: number}} Gap in seconds since the epoch
 */

/** Rows of a window at ten a second for five minutes. Twice as many are the most; in a longer window rows lie further apart. */
const MAX_ROWS = 3_000;

/** Metrics come in order but for some jitter. One that is older than this means that the server's clock was set back. */
const SET_BACK_SECONDS = 120;

/** Where something may have been missed, a space that is more than so many times as wide as usual is a gap: a row is missing. */
const GAP_FACTOR = 2;

export class Track {
  /** @type {number[]} */
  #times = [];
  /** @type {Cell[][]} */
  #columns = [];
  /** @type {Gap[]} */
  #gaps = [];
  #broken = false;
  #windowSeconds = 300;
  /** While paused nothing from here on is forgotten. */
  #holdFrom = Infinity;

  /** @param {number} [columns] */
  constructor(columns = 0) {
    Array.from({ length: columns }, () => this.addColumn());
  }

  get rows() {
    return this.#times.length;
  }

  /** The newest row's time, undefined before the first. */
  get newest() {
    return this.#times.at(-1);
  }

  /** The oldest row's time, undefined before the first. */
  get oldest() {
    return this.#times[0];
  }

  /** Stretches in which nobody was listening and for which there is no history. */
  get gaps() {
    return this.#gaps;
  }

  /** The arrays themselves, not copies: they are drawn on every frame and must not be kept. */
  get data() {
    return /** @type {[number[], ...Cell[][]]} */ ([this.#times, ...this.#columns]);
  }

  /** @returns {number} its index */
  addColumn() {
    this.#columns.push(Array(this.rows).fill(undefined));
    return this.#columns.length - 1;
  }

  /**
   * @param {number} windowSeconds
   * @param {number} holdFrom Infinity while not paused
   */
  retain(windowSeconds, holdFrom) {
    this.#windowSeconds = windowSeconds;
    this.#holdFrom = holdFrom;
  }

  /**
   * @param {number} column
   * @param {number} time
   * @param {number} value
   */
  put(column, time, value) {
    if (this.newest !== undefined && time < this.newest - SET_BACK_SECONDS) {
      this.clear();
    }
    this.#columns[column][this.#rowAt(time)] = value;
    this.#trim();
  }

  /**
   * A value from history: it never overrides what came by itself.
   *
   * @param {number} column
   * @param {number} time
   * @param {number} value
   */
  putPast(column, time, value) {
    const row = this.#rowAt(time);
    this.#columns[column][row] ??= value;
  }

  /** Metrics may have been missed: the next new row is not joined to the last one. */
  breakLine() {
    this.#broken = this.rows > 0;
  }

  /** After history has come: what is still open of each gap. */
  settleGaps() {
    for (const gap of this.#gaps.splice(0)) {
      this.#dropBreaks(gap);
      const open = this.#widest(gap);
      if (open) {
        this.#breakAt(open);
      }
    }
  }

  clear() {
    this.#times.length = 0;
    this.#columns.forEach((column) => (column.length = 0));
    this.#gaps.length = 0;
    this.#broken = false;
  }

  /**
   * @param {number} time
   * @returns {number} the row of this time, made where there is none
   */
  #rowAt(time) {
    let row = this.rows;
    while (row > 0 && this.#times[row - 1] > time) {
      row--;
    }
    if (row > 0 && time - this.#times[row - 1] < this.#spacing && (time === this.#times[row - 1] || !this.#isBreak(row - 1))) {
      return row - 1;
    }
    if (this.#broken && row === this.rows) { // also when history is sooner than the next reading; settleGaps() looks at how wide it is
      this.#broken = false;
      this.#breakAt({ from: this.#times[row - 1], to: time });
      row++;
    }
    this.#insert(row, time, undefined);
    return row;
  }

  /** Nearer than this, two moments are one row: no screen has that many columns. */
  get #spacing() {
    return this.#windowSeconds / (2 * MAX_ROWS);
  }

  /** @param {Gap} gap */
  #breakAt(gap) {
    this.#gaps.push(gap);
    const middle = (gap.from + gap.to) / 2;
    const row = this.#times.findIndex((time) => time > middle);
    this.#insert(row < 0 ? this.rows : row, middle, null);
  }

  /** @param {Gap} gap */
  #dropBreaks({ from, to }) {
    for (let row = this.rows - 1; row >= 0 && this.#times[row] >= from; row--) {
      if (this.#times[row] <= to && this.#isBreak(row)) {
        this.#times.splice(row, 1);
        this.#columns.forEach((column) => column.splice(row, 1));
      }
    }
  }

  /** @param {Gap} gap @returns {Gap | null} the widest space in it, if it is wider than usual */
  #widest({ from, to }) {
    const inside = this.#times.filter((time) => time >= from && time <= to);
    const spaces = inside.slice(1).map((time, i) => ({ from: inside[i], to: time }));
    const width = (/** @type {Gap} */ space) => space.to - space.from;
    const steps = this.#times.slice(1).map((time, i) => time - this.#times[i]).sort((a, b) => a - b);
    const usual = steps.length > 1 ? steps[Math.floor((steps.length - 1) / 2)] : 0; // of few rows, the gap must not be the usual step
    const widest = spaces.sort((a, b) => width(b) - width(a))[0];
    return widest && width(widest) > GAP_FACTOR * usual ? widest : null;
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
  #insert(row, time, cell) {
    this.#times.splice(row, 0, time);
    for (const column of this.#columns) {
      column.splice(row, 0, cell);
    }
  }

  #trim() {
    const oldest = Math.min(/** @type {number} */ (this.newest) - this.#windowSeconds, this.#holdFrom);
    const slack = this.#windowSeconds / 20; // many rows at once: moving every array at every row would cost the most
    const isOver = this.rows > 2 * MAX_ROWS;
    if (this.#times[1] >= oldest - slack && !isOver) {
      return;
    }
    // One row beyond the window stays, so that the line runs off the edge instead of starting inside.
    const first = this.#times.findIndex((time) => time >= oldest) - 1;
    const gone = isOver ? Math.max(first, this.rows - MAX_ROWS) : first;
    if (gone > 0) {
      this.#times.splice(0, gone);
      this.#columns.forEach((column) => column.splice(0, gone));
      this.#gaps = this.#gaps.filter((gap) => gap.to > this.#times[0]);
    }
  }
}

/**
 * @param {Cell[]} column
 * @returns {number | undefined} the last value in it
 */
export function newestValue(column) {
  return column.findLast((cell) => typeof cell === 'number') ?? undefined;
}
