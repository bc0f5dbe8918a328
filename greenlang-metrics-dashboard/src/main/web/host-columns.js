import { Chart } from './chart.js';
import { selectableLines } from './chart-lines.js';
import { createElement, find, setText } from './dom.js';
import { figuresOf, rowsIn } from './figures.js';
import { PANELS } from './panels.js';
import { matchesSearch } from './search.js';

/** The system panels of several hosts side by side: a column of charts for each host. */

/** The maximum number of hosts. More would be too narrow to read, and too many to compare. */
export const MAX_COLUMNS = 8;

export class HostColumns {
  #context;
  /** @type {import('./store.js').Store | undefined} */
  #store;
  #root = find('#host-columns');
  #more = find('#host-columns-more');
  /** @type {Map<string, {root: HTMLElement, charts: Chart[]}>} by host */
  #columns = new Map();

  /** @param {import('./chart.js').ChartContext} context */
  constructor(context) {
    this.#context = { ...context, extentOf: (/** @type {import('./panels.js').Panel} */ panel) => this.#extentOf(panel) };
  }

  get charts() {
    return [...this.#columns.values()].flatMap(({ charts }) => charts);
  }

  /**
   * @param {import('./store.js').Store} store
   * @param {string[]} names of the hosts; empty to remove the columns
   * @param {string} search
   * @param {import('./time-series.js').Gap | null} openGap the current outage
   * @param {boolean} isLoading true while the charts keep their places without values
   */
  render(store, names, search, openGap, isLoading) {
    const shown = names.slice(0, MAX_COLUMNS);
    this.#store = store;
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
        chart.root.hidden = (!timeSeries?.rows && (!isLoading || chart.root.hidden)) || !matchesSearch(chart.panel, search);
      });
      root.hidden = charts.every((chart) => chart.root.hidden);
    });
    this.#root.hidden = [...this.#columns.values()].every(({ root }) => root.hidden);
    setText(this.#more, names.length > MAX_COLUMNS ? `${names.length - MAX_COLUMNS} further hosts are not shown. Filter by the tag host to choose others.` : '');
    this.#more.hidden = names.length <= MAX_COLUMNS;
  }

  /**
   * Returns the smallest and the greatest value of the shown lines in the visible range. All hosts have one axis, to compare them.
   *
   * @param {import('./panels.js').Panel} panel
   * @returns {[min: number, max: number]}
   */
  #extentOf(panel) {
    const lines = selectableLines(panel, this.#context.options.get(panel.id)).filter(({ isShown }) => isShown);
    const figures = [...this.#columns.keys()].flatMap((name) => {
      const timeSeries = this.#store?.host(name)?.seriesByPanel.get(panel.id);
      const [times, ...columns] = timeSeries?.data ?? [[]];
      const rows = rowsIn(times, this.#context.timeRange.range);
      return lines.flatMap(({ column }) => figuresOf(columns[column] ?? [], rows, timeSeries?.bandOf(column)) ?? []);
    });
    return figures.length > 0 ? [Math.min(...figures.map(({ min }) => min)), Math.max(...figures.map(({ max }) => max))] : [0, 0];
  }

  /** @param {string} name @param {number} index */
  #addColumn(name, index) {
    const root = createElement('section', { class: 'host-column', 'aria-label': `Host ${name || 'unnamed'}`, 'data-host': name });
    const charts = PANELS.map((panel) => new Chart(panel, this.#context));
    charts.forEach((chart) => (chart.root.hidden = true)); // until they have values
    root.append(createElement('h2', { class: 'host-title' }, name || 'unnamed'), ...charts.map((chart) => chart.root));
    this.#root.insertBefore(root, this.#root.children[index] ?? null);
    const column = { root, charts };
    this.#columns.set(name, column);
    return column;
  }
}
