import { figuresOf, rowsIn } from './figures.js';

/**
 * The greatest lines of a chart, and one line for the rest.
 *
 * @typedef {import('./legend.js').Line} Line
 * @typedef {import('./time-series.js').Cell} Cell
 * @typedef {import('./panels.js').Panel} Panel
 *
 * @typedef {object} ChartData the part of a time series that a chart shows
 * @property {number} rows
 * @property {import('./time-series.js').Gap[]} gaps
 * @property {number} plotDivisor
 * @property {[number[], ...Cell[][]]} data
 * @property {(column: number) => import('./bands.js').Band | undefined} bandOf returns the smallest and the greatest sample of each row
 */

/** The number of lines that the menu of a chart offers. */
export const DEFAULT_TOP = 5;

/** The identifier of the line for the rest. */
export const REST = 'rest';

/** The time between two rankings. A line that changes its place more often cannot be followed. */
const RANKING_MILLIS = 5_000;

/** The units whose values are not added: their rest is a mean. */
const NOT_ADDITIVE = ['%', '1', 'ns', 'us', 'ms', 's', 'min', 'h', 'd', 'Hz', 'kHz', 'MHz', 'GHz', 'Cel'];

/** The multiple of the usual step after which a series without a value no longer counts. */
const SILENT_STEPS = 5;
const MIN_SILENT_SECONDS = 15;

export class TopLines {
  #panel;
  /** The columns of the greatest lines. @type {number[]} */
  #columns = [];
  #rankedAt = -Infinity;
  #key = '';

  /** @param {Panel} panel */
  constructor(panel) {
    this.#panel = panel;
  }

  /** The panel with the line for the rest. @returns {Panel} */
  get panel() {
    const series = { id: REST, key: REST, metric: this.#panel.title, label: REST, color: '--muted', dash: [6, 4] };
    return { ...this.#panel, series: [...this.#panel.series, series] };
  }

  /**
   * Returns the greatest lines by their means in the visible range, and the line for the rest.
   *
   * @param {Line[]} lines
   * @param {import('./time-series.js').TimeSeries} timeSeries
   * @param {import('./time-range.js').Range} range
   * @param {number} top the number of lines
   * @param {boolean} isRestShown
   * @returns {{lines: Line[], data: ChartData}}
   */
  select(lines, timeSeries, range, top, isRestShown) {
    this.#rank(lines, timeSeries.data, range, top);
    const rest = lines.filter(({ column }) => !this.#columns.includes(column));
    const isSum = isAdditive(this.#panel);
    const column = this.#panel.series.length;
    const line = { series: this.panel.series[column], column, label: `rest of ${rest.length}, ${isSum ? 'sum' : 'mean'}`, isShown: isRestShown };
    const values = restOf(timeSeries.data, rest.map((each) => each.column), isSum);
    return {
      lines: [...lines.filter((each) => this.#columns.includes(each.column)), ...(rest.length > 0 ? [line] : [])],
      data: { rows: timeSeries.rows, gaps: timeSeries.gaps, plotDivisor: timeSeries.plotDivisor, data: [...timeSeries.data, values], bandOf: (each) => timeSeries.bandOf(each) },
    };
  }

  /** @param {Line[]} lines @param {ChartData['data']} data @param {import('./time-range.js').Range} range @param {number} top */
  #rank(lines, [times, ...columns], range, top) {
    const key = JSON.stringify([top, lines.map(({ series }) => series.id)]);
    if (key === this.#key && performance.now() - this.#rankedAt < RANKING_MILLIS) {
      return;
    }
    const rows = rowsIn(times, range);
    const means = new Map(lines.map(({ column }) => [column, figuresOf(columns[column] ?? [], rows)?.mean ?? -Infinity]));
    const meanOf = (/** @type {Line} */ { column }) => means.get(column) ?? -Infinity;
    this.#columns = [...lines].sort((a, b) => meanOf(b) - meanOf(a)).slice(0, top).map(({ column }) => column);
    this.#key = key;
    this.#rankedAt = performance.now();
  }
}

/** Tests whether the values of a panel can be added. @param {Panel} panel */
export function isAdditive({ unit, series }) {
  return series.every(({ statistic }) => statistic === undefined) && (unit.isRate || !NOT_ADDITIVE.includes(unit.ucum));
}

/**
 * Returns the sum or the mean of columns in each row. A series without a value in a row counts with its last one, unless it has been
 * silent for long.
 *
 * @param {ChartData['data']} data
 * @param {number[]} indexes of the columns
 * @param {boolean} isSum
 * @returns {Cell[]}
 */
export function restOf([times, ...columns], indexes, isSum) {
  const rest = indexes.map((index) => ({ cells: columns[index] ?? [], value: 0, time: -Infinity }));
  const silentSeconds = Math.max(MIN_SILENT_SECONDS, SILENT_STEPS * usualStep(times));
  return times.map((time, row) => {
    const cells = rest.map((each) => each.cells[row]);
    rest.forEach((each, i) => {
      const cell = cells[i];
      if (typeof cell === 'number') {
        Object.assign(each, { value: cell, time });
      }
    });
    if (!cells.some((cell) => typeof cell === 'number')) {
      return cells.length > 0 && cells.every((cell) => cell === null) ? null : undefined;
    }
    const present = rest.filter((each) => time - each.time <= silentSeconds);
    const sum = present.reduce((total, { value }) => total + value, 0);
    return isSum ? sum : sum / present.length;
  });
}

/** Returns the median distance of rows in seconds. @param {number[]} times */
function usualStep(times) {
  const steps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 1;
}
