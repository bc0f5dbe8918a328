import { createElement } from './dom.js';
import { PartLoader } from './part-loader.js';

/**
 * The buttons that open the options of the charts, whose code is in a separate file. The page loads it with the first use.
 *
 * @typedef {import('./chart-menu.js').ChartMenu} ChartMenu
 */
export class ChartMenuLoader {
  #part;
  /** @type {ChartMenu | null} null until it is loaded */
  #menu = null;

  /** @param {import('./pins.js').Pins | null} pins null if the charts cannot be pinned @param {(text: string) => void} onFailure */
  constructor(pins, onFailure) {
    this.#part = new PartLoader(
      () => import('./chart-menu.js'),
      ({ ChartMenu }) => (this.#menu = new ChartMenu(pins)),
      () => onFailure('The options of the charts could not be loaded. Try again after a few seconds, or reload the page.'),
    );
  }

  /** Creates the button that opens the menu of a chart. @param {import('./chart.js').Chart} chart @returns {HTMLElement} */
  buttonFor(chart) {
    const button = createElement('button', { type: 'button', class: 'chart-menu-button', 'aria-expanded': 'false', 'aria-label': `Options of ${chart.panel.title}`, title: 'Options' }, '⋯');
    button.addEventListener('click', async () => (await this.#part.load())?.toggle(chart, button));
    return button;
  }

  /** Creates the table of a chart's figures. @param {Parameters<ChartMenu['createFigures']>} lines @returns {import('./figure-table.js').FigureTable | undefined} undefined until the code is loaded */
  createFigures(...lines) {
    this.#menu ?? this.#part.load();
    return this.#menu?.createFigures(...lines);
  }
}
