import { createElement, find, setText } from './dom.js';
import { formatQuantity, formatTime, quantityOf } from './format.js';

/**
 * The latest values of a chart as an off-screen table. It serves users who cannot see a canvas, and tests, which read
 * `td[data-series]` with its `data-time` and `data-value`.
 */

const MAX_ROWS = 10;

export class ValueTable {
  #panel;
  #body;

  /**
   * @param {import('./panels.js').Panel} panel
   * @param {HTMLTableElement} table
   */
  constructor(panel, table) {
    this.#panel = panel;
    this.#body = /** @type {HTMLTableSectionElement} */ (find('tbody', table));
    setText(find('caption', table), `${panel.title}: the latest values, latest first`);
    find('thead tr', table).append(
      createElement('th', { scope: 'col' }, 'Time'),
      ...panel.series.map((series) => createElement('th', { scope: 'col' }, series.label)),
    );
  }

  /** @param {import('./time-series.js').TimeSeries | undefined} timeSeries */
  render(timeSeries) {
    const [times, ...columns] = timeSeries?.data ?? [[]];
    let shown = 0;
    for (let row = times.length - 1; row >= 0 && shown < MAX_ROWS; row--) {
      if (columns.some((column) => typeof column[row] === 'number')) {
        this.#fillRow(shown++, times[row], columns.map((column) => column[row]));
      }
    }
    while (this.#body.rows.length > shown) {
      this.#body.deleteRow(-1);
    }
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
