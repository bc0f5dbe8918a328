import { createElement, find, setText } from './dom.js';
import { formatDate, formatMoment, formatQuantity, quantityOf, showsUtc } from './format.js';
import { linesKey } from './legend.js';

/**
 * The latest values of a chart as an off-screen table. It serves users who cannot see a canvas, and tests, which read
 * `td[data-series]` with its `data-time` and `data-value`.
 */

const MAX_ROWS = 10;
/** The maximum number of rows while the user looks at the table. */
const MAX_OPEN_ROWS = 200;

/** @typedef {{element: HTMLTableRowElement, values: import('./time-series.js').Cell[], day: string}} Row a row with the values that it shows, and the day of its text */

export class ValueTable {
  #panel;
  #body;
  #heads;
  /** The rows by time. A new sample adds one and removes one: writing all of them would cost more than the plot. @type {Map<number, Row>} */
  #rows = new Map();
  #shownLines = '';

  /**
   * @param {import('./panels.js').Panel} panel
   * @param {HTMLTableElement} table
   */
  constructor(panel, table) {
    this.#panel = panel;
    this.#body = /** @type {HTMLTableSectionElement} */ (find('tbody', table));
    setText(find('caption', table), `${panel.title}: the latest values, latest first`);
    this.#heads = panel.series.map((series) => createElement('th', { scope: 'col' }, series.label));
    find('thead tr', table).append(createElement('th', { scope: 'col' }, 'Time'), ...this.#heads);
  }

  /**
   * @param {import('./top-lines.js').ChartData | undefined} timeSeries
   * @param {import('./legend.js').Line[]} lines the lines that the user may choose
   * @param {import('./time-range.js').Range | null} range the visible range, if the user looks at the table
   * @param {number} now the server's time in seconds. The times of other days have their dates
   */
  render(timeSeries, lines, range, now) {
    const [times, ...columns] = timeSeries?.data ?? [[]];
    const maxRows = range ? MAX_OPEN_ROWS : MAX_ROWS;
    const previous = this.#rows;
    this.#rows = new Map();
    const day = `${formatDate(now)} ${showsUtc()}`; // the text of a time changes with them only
    this.#showColumns(lines);
    for (let row = times.length - 1; row >= 0 && this.#rows.size < maxRows; row--) {
      const time = times[row];
      if (columns.some((column) => typeof column[row] === 'number') && (!range || (time >= range[0] && time <= range[1]))) {
        const shown = previous.get(time) ?? this.#createRow();
        if (shown.day !== day) {
          shown.day = day;
          setText(shown.element.cells[0], formatMoment(time, now));
        }
        this.#showRow(shown, time, columns.map((column) => column[row]));
      }
    }
    while (this.#body.rows.length > this.#rows.size) {
      this.#body.deleteRow(-1);
    }
  }

  /** Shows the columns of the visible lines. @param {import('./legend.js').Line[]} lines */
  #showColumns(lines) {
    const shown = linesKey(lines);
    if (shown === this.#shownLines) {
      return;
    }
    this.#shownLines = shown;
    const labels = new Map(lines.filter(({ isShown }) => isShown).map(({ column, label }) => [column, label]));
    this.#heads.forEach((head, i) => {
      setText(head, labels.get(i) ?? this.#panel.series[i].label);
      head.hidden = !labels.has(i);
      [...this.#body.rows].forEach((row) => (row.cells[i + 1].hidden = head.hidden));
    });
  }

  /** Shows a row below those that are shown already. @param {Row} row @param {number} time @param {import('./time-series.js').Cell[]} values */
  #showRow(row, time, values) {
    const next = this.#body.rows[this.#rows.size];
    if (next !== row.element) {
      this.#body.insertBefore(row.element, next ?? null);
    }
    this.#rows.set(time, row);
    this.#panel.series.forEach((_, i) => {
      const value = values[i];
      if (!(i in row.values) || value !== row.values[i]) {
        row.values[i] = value;
        const cell = row.element.cells[i + 1];
        cell.dataset.time = String(time);
        cell.dataset.value = String(value ?? '');
        setText(cell, typeof value === 'number' ? formatQuantity(quantityOf(value, this.#panel.unit)) : '');
      }
    });
  }

  /** @returns {Row} */
  #createRow() {
    const element = createElement('tr');
    element.append(createElement('th', { scope: 'row' }), ...this.#panel.series.map(({ key }) => createElement('td', { 'data-series': key })));
    this.#heads.forEach(({ hidden }, i) => (element.cells[i + 1].hidden = hidden));
    return { element, values: [], day: '' };
  }
}
