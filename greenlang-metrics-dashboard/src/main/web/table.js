import { createElement, find, setText } from './dom.js';
import { formatQuantity, formatTime, quantityOf } from './format.js';

/**
 * The latest values of a chart as an off-screen table. It serves users who cannot see a canvas, and tests, which read
 * `td[data-series]` with its `data-time` and `data-value`.
 */

const MAX_ROWS = 10;
/** The maximum number of rows while the user looks at the table. */
const MAX_OPEN_ROWS = 200;

export class ValueTable {
  #panel;
  #body;
  #heads;

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
   */
  render(timeSeries, lines, range) {
    const [times, ...columns] = timeSeries?.data ?? [[]];
    const maxRows = range ? MAX_OPEN_ROWS : MAX_ROWS;
    let shown = 0;
    for (let row = times.length - 1; row >= 0 && shown < maxRows; row--) {
      if (columns.some((column) => typeof column[row] === 'number') && (!range || (times[row] >= range[0] && times[row] <= range[1]))) {
        this.#fillRow(shown++, times[row], columns.map((column) => column[row]));
      }
    }
    this.#showColumns(lines);
    while (this.#body.rows.length > shown) {
      this.#body.deleteRow(-1);
    }
  }

  /** Shows the columns of the visible lines. @param {import('./legend.js').Line[]} lines */
  #showColumns(lines) {
    const labels = new Map(lines.filter(({ isShown }) => isShown).map(({ column, label }) => [column, label]));
    this.#heads.forEach((head, i) => {
      setText(head, labels.get(i) ?? this.#panel.series[i].label);
      head.hidden = !labels.has(i);
      [...this.#body.rows].forEach((row) => (row.cells[i + 1].hidden = !labels.has(i)));
    });
  }

  /**
   * @param {number} index
   * @param {number} time
   * @param {import('./time-series.js').Cell[]} values
   */
  #fillRow(index, time, values) {
    const row = this.#body.rows[index] ?? this.#addRow();
    setText(row.cells[0], formatTime(time));
    this.#panel.series.forEach((_, i) => {
      const value = values[i];
      const cell = row.cells[i + 1];
      cell.dataset.time = String(time);
      cell.dataset.value = String(value ?? '');
      setText(cell, typeof value === 'number' ? formatQuantity(quantityOf(value, this.#panel.unit)) : '');
    });
  }

  #addRow() {
    const row = this.#body.insertRow();
    row.append(
      createElement('th', { scope: 'row' }),
      ...this.#panel.series.map(({ key }) => createElement('td', { 'data-series': key })),
    );
    return row;
  }
}
