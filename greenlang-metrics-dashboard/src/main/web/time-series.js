/**
 * The recent past of the series that share one chart: rows of one time and one value per series, oldest first, in the shape
 * that uPlot draws. Bounded in time by the window and in rows by a number, whatever the server sends.
 *
 * In a row `undefined` means "this series said nothing at that moment" and the line goes on; `null` means "nobody was
 * listening" and the line breaks.
 *
 * @typedef {number | null | undefined} Cell
 * @typedef {{from: number, to: number}} Gap in seconds since the epoch
 * @typedef {import('./view.js').Range} Range
 */

/** Rows of a window at ten a second for five minutes. Twice as many are the most of a window; in a longer one rows lie further apart. */
const MAX_ROWS = 3_000;

/** So much of the window may lie before it. */
const SLACK = 0.05;

/** A series comes in order but for some jitter. A value that is older than this means that its clock was set back. */
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
  /** What the reader looks at is not forgotten. @type {Range | null} */
  #held = null;
  /** Each column's newest time. @type {Array<number | undefined>} */
  #newest = [];

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
    this.#newest.push(undefined);
    return this.#columns.length - 1;
  }

  /** The columns behind it move up. @param {number} column */
  removeColumn(column) {
    this.#columns.splice(column, 1);
    this.#newest.splice(column, 1);
  }

  /** @param {number} column @returns {number} the time of its newest value that came by itself */
  newestOf(column) {
    return this.#newest[column] ?? -Infinity;
  }

  /**
   * @param {number} windowSeconds
   * @param {Range | null} held what is not forgotten while the reader looks at it
   */
  retain(windowSeconds, held) {
    const isWider = windowSeconds > this.#windowSeconds;
    this.#windowSeconds = windowSeconds;
    this.#held = held;
    if (isWider) {
      this.#thin();
    }
  }

  /**
   * @param {number} column
   * @param {number} time
   * @param {number} value
   */
  put(column, time, value) {
    const newest = this.newestOf(column);
    const isSetBack = time < newest - SET_BACK_SECONDS;
    if (isSetBack) {
      this.#forget(column);
    }
    this.#newest[column] = isSetBack ? time : Math.max(time, newest);
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
    return ((1 + 2 * SLACK) * this.#windowSeconds) / (2 * MAX_ROWS);
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
    const oldest = /** @type {number} */ (this.newest) - this.#windowSeconds;
    const isHolding = this.#held !== null && this.#held[0] < oldest;
    const held = isHolding ? this.#firstAt(/** @type {Range} */ (this.#held)[1]) + 1 : 0;
    const most = (isHolding ? 4 : 2) * MAX_ROWS;
    const slack = this.#windowSeconds * SLACK; // many rows at once: moving every array at every row would cost the most
    if (this.rows > most) {
      this.#thin();
      this.#drop(held, held + this.rows - most);
    } else if (this.#times[held + 1] >= oldest - slack) {
      return;
    }
    // One row beyond the window stays, so that the line runs off the edge instead of starting inside.
    this.#drop(held, this.#firstAt(oldest) - 1);
    if (isHolding) {
      this.#drop(0, this.#firstAt(/** @type {Range} */ (this.#held)[0]) - 1);
    }
  }

  /** @param {number} time @returns {number} the first row of that time or later */
  #firstAt(time) {
    let [low, high] = [0, this.rows];
    while (low < high) {
      const middle = (low + high) >> 1;
      [low, high] = this.#times[middle] < time ? [middle + 1, high] : [low, middle];
    }
    return low;
  }

  /** @param {number} from @param {number} to the row behind the last one to go */
  #drop(from, to) {
    if (to > from) {
      const [start, end] = [from === 0 ? -Infinity : this.#times[from], this.#times[to]];
      this.#times.splice(from, to - from);
      this.#columns.forEach((column) => column.splice(from, to - from));
      this.#gaps = this.#gaps.filter((gap) => gap.from < start || gap.to > end);
    }
  }

  /** Joins rows that are nearer to each other than they have to be now. */
  #thin() {
    const columns = this.#columns.map((column) => column.splice(0));
    for (const [row, time] of this.#times.splice(0).entries()) {
      const isBreak = columns.every((column) => column[row] === null);
      const last = this.rows - 1;
      const isJoined = last >= 0 && !isBreak && !this.#isBreak(last) && time - this.#times[last] < this.#spacing;
      if (!isJoined) {
        this.#times.push(time);
      }
      this.#columns.forEach((column, i) => (column[this.rows - 1] = columns[i][row] ?? (isJoined ? column[this.rows - 1] : columns[i][row])));
    }
  }

  /** A series' clock was set back: what it said is of no moment that can be compared. The others' values stay. @param {number} column */
  #forget(column) {
    const columns = this.#columns;
    columns[column] = columns[column].map((cell) => (cell === null ? null : undefined));
    if (columns.every((cells) => newestValue(cells) === undefined)) {
      this.clear();
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
