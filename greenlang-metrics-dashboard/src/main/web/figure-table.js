import { createElement, setText } from './dom.js';
import { NO_VALUE, formatQuantity, quantityOf } from './format.js';
import { figuresOf, rowsIn } from './figures.js';
import { lineButton, linesKey } from './legend.js';

/** The table of a chart's figures in the visible range: a row for each line, also for those that are hidden. */

/** @type {Array<[name: 'last' | 'min' | 'mean' | 'max', title: string]>} */
const FIGURES = [['last', 'Last'], ['min', 'Min'], ['mean', 'Mean'], ['max', 'Max']];

export class FigureTable {
  root;
  #panel;
  #onSelect;
  #body = /** @type {HTMLTableSectionElement} */ (createElement('tbody'));
  #shownLines = '';

  /** @param {import('./panels.js').Panel} panel @param {(id: string, isToggle: boolean) => void} onSelect */
  constructor(panel, onSelect) {
    this.#panel = panel;
    this.#onSelect = onSelect;
    const head = createElement('thead');
    const row = createElement('tr');
    row.append(...['Line', ...FIGURES.map(([, title]) => title)].map((title) => createElement('th', { scope: 'col' }, title)));
    head.append(row);
    const table = createElement('table', { class: 'figures' });
    table.append(createElement('caption', { class: 'off-screen' }, `${panel.title}: figures of the visible range`), head, this.#body);
    this.root = createElement('div', { class: 'chart-figures', tabindex: '0', role: 'region', 'aria-label': `${panel.title}: figures` });
    this.root.append(table);
  }

  /**
   * @param {import('./legend.js').Line[]} lines
   * @param {import('./top-lines.js').ChartData | undefined} timeSeries
   * @param {import('./time-range.js').Range} range
   */
  render(lines, timeSeries, range) {
    const shown = linesKey(lines);
    if (shown !== this.#shownLines) {
      this.#shownLines = shown;
      this.#body.replaceChildren(...lines.map((line) => this.#createRow(line)));
    }
    const [times, ...columns] = timeSeries?.data ?? [[]];
    const rows = rowsIn(times, range);
    lines.forEach(({ column }, i) => {
      const figures = figuresOf(columns[column] ?? [], rows, timeSeries?.bandOf(column));
      FIGURES.forEach(([name], cell) => setText(this.#body.rows[i].cells[cell + 1], figures ? formatQuantity(quantityOf(figures[name], this.#panel.unit)) : NO_VALUE));
    });
  }

  /** @param {import('./legend.js').Line} line */
  #createRow(line) {
    const row = createElement('tr');
    const name = createElement('th', { scope: 'row' });
    name.append(lineButton(line, this.#onSelect));
    row.append(name, ...FIGURES.map(([figure]) => createElement('td', { class: 'number', 'data-figure': figure })));
    return row;
  }
}
