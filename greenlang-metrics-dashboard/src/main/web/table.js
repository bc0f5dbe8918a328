import { element, find, setText } from './dom.js';
import { QUANTITIES, clock, inWords } from './format.js';

/**
 * What a chart shows, as a table off the screen: for those who cannot see a canvas, and for tests, which read
 * `td[data-series]` with its `data-time` and `data-value`.
 */

const ROWS = 10;

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
    setText(find('caption', table), `${panel.title}: the latest values, newest first`);
    find('thead tr', table).append(
      element('th', { scope: 'col' }, 'Time'),
      ...panel.series.map((series) => element('th', { scope: 'col' }, series.label)),
    );
  }

  /** @param {import('./track.js').Track | undefined} track */
  show(track) {
    const [times, ...columns] = track?.data ?? [[]];
    let shown = 0;
    for (let row = times.length - 1; row >= 0 && shown < ROWS; row--) {
      if (columns.some((column) => typeof column[row] === 'number')) {
        this.#fill(shown++, times[row], columns.map((column) => column[row]));
      }
    }
    while (this.#body.rows.length > shown) {
      this.#body.deleteRow(-1);
    }
  }

  /**
   * @param {number} index
   * @param {number} time
   * @param {import('./track.js').Cell[]} values
   */
  #fill(index, time, values) {
    const row = this.#body.rows[index] ?? this.#newRow();
    setText(row.cells[0], clock(time));
    this.#panel.series.forEach((_, i) => {
      const value = values[i];
      const cell = row.cells[i + 1];
      cell.dataset.time = String(time);
      cell.dataset.value = String(value ?? '');
      setText(cell, typeof value === 'number' ? inWords(QUANTITIES[this.#panel.unit](value)) : '');
    });
  }

  #newRow() {
    const row = this.#body.insertRow();
    row.append(
      element('th', { scope: 'row' }),
      ...this.#panel.series.map(({ key }) => element('td', { 'data-series': key })),
    );
    return row;
  }
}
