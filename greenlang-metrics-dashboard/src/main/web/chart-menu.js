import { downloadCsv, downloadPicture } from './chart-export.js';
import { availableStatistics, chosenStatistics, selectableLines } from './chart-lines.js';
import { createElement } from './dom.js';
import { FigureTable } from './figure-table.js';
import { DEFAULT_TOP } from './top-lines.js';

/**
 * The options of a chart. All charts share one menu: a page can have hundreds of charts.
 *
 * @typedef {import('./chart.js').Chart} Chart
 */

export class ChartMenu {
  #pins;
  #root = createElement('div', { class: 'card chart-menu', role: 'group', 'aria-label': 'Options of the chart' });
  /** @type {HTMLElement | null} the button that opened the menu */
  #opener = null;

  /** @param {import('./pins.js').Pins | null} pins null if the charts cannot be pinned */
  constructor(pins) {
    this.#pins = pins;
    document.addEventListener('pointerdown', ({ target }) => {
      if (this.#opener && target instanceof Node && !this.#root.contains(target) && !this.#opener.contains(target)) {
        this.#close();
      }
    });
    this.#root.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.#root.contains(relatedTarget) && relatedTarget !== this.#opener) {
        this.#close();
      }
    });
    this.#root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        const opener = this.#opener;
        this.#close();
        opener?.focus();
      }
    });
  }

  /** Opens the menu of a chart, or closes it. @param {Chart} chart @param {HTMLElement} button */
  toggle(chart, button) {
    this.#opener === button ? this.#close() : this.#open(chart, button);
  }

  /** Creates the table of a chart's figures, which the menu opens. @param {ConstructorParameters<typeof FigureTable>} lines */
  createFigures(...lines) {
    return new FigureTable(...lines);
  }

  /** @param {Chart} chart @param {HTMLElement} opener */
  #open(chart, opener) {
    this.#close();
    this.#opener = opener;
    opener.setAttribute('aria-expanded', 'true');
    chart.root.toggleAttribute('data-menu', true); // the menu is larger than the chart, which must not clip it
    this.#fill(chart);
    opener.after(this.#root);
    this.#root.querySelector('button')?.focus();
  }

  #close() {
    this.#opener?.setAttribute('aria-expanded', 'false');
    this.#opener?.closest('.chart')?.removeAttribute('data-menu');
    this.#opener = null;
    this.#root.remove();
  }

  /** @param {Chart} chart */
  #fill(chart) {
    const { axis, table } = chart.options;
    const items = [
      ...this.#pin(chart),
      choice('Table of values', table === true, () => chart.change({ table: table ? undefined : true })),
      choice('Fit the axis to the lines', axis === 'snug', () => chart.change({ axis: axis === 'snug' ? undefined : 'snug' })),
      ...this.#top(chart),
      ...this.#heatMap(chart),
      ...this.#statistics(chart),
      command('Download CSV', () => downloadCsv(chart.picture)),
      command('Download PNG', () => downloadPicture(chart.picture)),
    ];
    items.forEach((item) => item.dataset.stays === undefined && item.addEventListener('click', () => this.#finish()));
    this.#root.replaceChildren(...items);
  }

  /** @param {Chart} chart @returns {HTMLElement[]} */
  #pin({ panel }) {
    const pins = this.#pins;
    const isPinned = pins?.has(panel.id) ?? false;
    return pins ? [choice(isPinned ? 'Unpin' : 'Pin to the top', isPinned, () => pins.toggle(panel.id))] : [];
  }

  /** @param {Chart} chart @returns {HTMLElement[]} */
  #top(chart) {
    const { top } = chart.options;
    const item = () => choice(`Top ${top ?? DEFAULT_TOP} and the rest`, top !== undefined, () => chart.change({ top: top === undefined ? DEFAULT_TOP : undefined, lines: undefined }));
    return top !== undefined || selectableLines(chart.panel, chart.options).length > DEFAULT_TOP + 1 ? [item()] : [];
  }

  /** @param {Chart} chart @returns {HTMLElement[]} */
  #heatMap(chart) {
    const isHeatMap = chart.options.form === 'heatmap';
    const item = () => choice('Heat map', isHeatMap, () => chart.change({ form: isHeatMap ? undefined : 'heatmap' }));
    return availableStatistics(chart.panel).length > 0 ? [item()] : [];
  }

  /** @param {Chart} chart @returns {HTMLElement[]} */
  #statistics(chart) {
    const available = availableStatistics(chart.panel);
    if (available.length === 0) {
      return [];
    }
    const chosen = () => chosenStatistics(chart.panel, chart.options);
    const group = createElement('div', { class: 'chart-statistics', role: 'group', 'aria-label': 'Statistics', 'data-stays': '' });
    const buttons = available.map((statistic) =>
      choice(statistic, chosen().includes(statistic), () => {
        const others = chosen().filter((each) => each !== statistic);
        const changed = others.length < chosen().length ? others : [...others, statistic];
        chart.change({ statistics: changed.length > 0 ? changed : undefined, lines: undefined });
        buttons.forEach((button) => button.setAttribute('aria-pressed', String(chosen().includes(button.textContent ?? ''))));
      }),
    );
    group.append(...buttons);
    return [group];
  }

  #finish() {
    const opener = this.#opener;
    this.#close();
    opener?.focus();
  }
}

/** @param {string} text @param {boolean} isPressed @param {() => void} onClick */
function choice(text, isPressed, onClick) {
  const button = command(text, onClick);
  button.setAttribute('aria-pressed', String(isPressed));
  return button;
}

/** @param {string} text @param {() => void} onClick */
function command(text, onClick) {
  const button = createElement('button', { type: 'button' }, text);
  button.addEventListener('click', onClick);
  return button;
}
