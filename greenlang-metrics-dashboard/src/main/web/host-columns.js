import { Chart } from './chart.js';
import { createElement, find, setText } from './dom.js';
import { PANELS } from './panels.js';
import { matchesSearch } from './search.js';

/** The system panels of several hosts side by side: a column of charts for each host. */

/** The maximum number of hosts. More would be too narrow to read, and too many to compare. */
export const MAX_COLUMNS = 8;

export class HostColumns {
  #context;
  #root = find('#host-columns');
  #more = find('#host-columns-more');
  /** @type {Map<string, {root: HTMLElement, charts: Chart[]}>} by host */
  #columns = new Map();

  /** @param {import('./chart.js').ChartContext} context */
  constructor(context) {
    this.#context = context;
  }

  get charts() {
    return [...this.#columns.values()].flatMap(({ charts }) => charts);
  }

  /**
   * @param {import('./store.js').Store} store
   * @param {string[]} names of the hosts; empty to remove the columns
   * @param {string} search
   * @param {import('./time-series.js').Gap | null} openGap the current outage
   */
  render(store, names, search, openGap) {
    const shown = names.slice(0, MAX_COLUMNS);
    for (const [name, { root, charts }] of this.#columns) {
      if (!shown.includes(name)) {
        charts.forEach((chart) => chart.remove());
        root.remove();
        this.#columns.delete(name);
      }
    }
    shown.forEach((name, i) => {
      const { root, charts } = this.#columns.get(name) ?? this.#addColumn(name, i);
      charts.forEach((chart) => {
        const timeSeries = store.host(name)?.seriesByPanel.get(chart.panel.id);
        chart.render(timeSeries, openGap);
        chart.root.hidden = !timeSeries?.rows || !matchesSearch(chart.panel, search);
      });
      root.hidden = charts.every((chart) => chart.root.hidden);
    });
    this.#root.hidden = [...this.#columns.values()].every(({ root }) => root.hidden);
    setText(this.#more, names.length > MAX_COLUMNS ? `${names.length - MAX_COLUMNS} further hosts are not shown. Filter by the tag host to choose others.` : '');
    this.#more.hidden = names.length <= MAX_COLUMNS;
  }

  /** @param {string} name @param {number} index */
  #addColumn(name, index) {
    const root = createElement('section', { class: 'host-column', 'aria-label': `Host ${name || 'unnamed'}`, 'data-host': name });
    const charts = PANELS.map((panel) => new Chart(panel, this.#context));
    root.append(createElement('h2', { class: 'host-title' }, name || 'unnamed'), ...charts.map((chart) => chart.root));
    this.#root.insertBefore(root, this.#root.children[index] ?? null);
    const column = { root, charts };
    this.#columns.set(name, column);
    return column;
  }
}
