import { Chart } from './chart.js';
import { createElement, setText } from './dom.js';
import { MAX_LINES } from './metric-group.js';
import { SYSTEM } from './panels.js';
import { MAX_GROUPS, MAX_SERIES } from './store.js';

/**
 * The charts of one channel, under a heading that folds them.
 *
 * @typedef {import('./metric-group.js').MetricGroup} MetricGroup
 * @typedef {import('./time-series.js').Gap} Gap
 */
export class ChartSection {
  root;
  /** @type {Map<string, Chart>} by metric name */
  charts = new Map();
  #context;
  #grid = createElement('div', { class: 'charts' });
  #size = createElement('span', { class: 'channel-size' });
  #more;

  /**
   * @param {string} channel
   * @param {boolean} isFolded
   * @param {import('./chart.js').ChartContext} context
   * @param {{onFilter: () => void, onFold: (channel: string, isFolded: boolean) => void}} listener
   */
  constructor(channel, isFolded, context, { onFilter, onFold }) {
    const root = /** @type {HTMLDetailsElement} */ (createElement('details', { class: 'channel', id: sectionId(channel), 'data-channel': channel }));
    root.open = !isFolded;
    root.addEventListener('toggle', () => onFold(channel, !root.open));
    const head = createElement('summary', { class: 'channel-head' });
    head.append(createElement('h2', { class: 'channel-title' }, sectionTitle(channel)), this.#size);
    this.#more = createElement('p', { class: 'more' }, `${channel} has more series than the page shows. The limits are ${MAX_GROUPS} charts with ${MAX_LINES} lines each, and ${MAX_SERIES} lines in total. The search also finds names without a chart. `);
    const filterButton = createElement('button', { type: 'button', class: 'link' }, 'Filter by tags');
    filterButton.addEventListener('click', onFilter);
    this.#more.append(filterButton);
    root.append(head, this.#more, this.#grid);
    this.root = root;
    this.#context = context;
  }

  /**
   * @param {MetricGroup[]} groups those that match the search, in the order of their charts
   * @param {number} total the number of all names
   * @param {boolean} isOverflowing true if the channel has more series than the page shows
   * @param {Gap | null} openGap the current outage
   */
  render(groups, total, isOverflowing, openGap) {
    groups.forEach((group, i) => {
      let chart = this.charts.get(group.panel.title);
      if (chart?.panel !== group.panel) {
        const previous = chart;
        chart = new Chart(group.panel, this.#context);
        this.charts.set(group.panel.title, chart);
        this.#grid.insertBefore(chart.root, previous?.root ?? this.#grid.children[i] ?? null);
        previous?.replaceWith(chart);
      }
      chart?.render(group.timeSeries, openGap, group.hiddenCount, group.density);
    });
    const names = new Set(groups.map(({ panel }) => panel.title));
    for (const [name, chart] of this.charts) {
      if (!names.has(name)) {
        chart.remove();
        this.charts.delete(name);
      }
    }
    setText(this.#size, `${groups.length < total ? `${groups.length} of ` : ''}${total} ${total === 1 ? 'metric' : 'metrics'}`);
    this.#more.hidden = !isOverflowing;
  }

  remove() {
    this.charts.forEach((chart) => chart.remove());
    this.root.remove();
  }
}

/** @param {string} channel */
export function sectionTitle(channel) {
  return channel === SYSTEM ? `More of ${channel}` : channel;
}

/** @param {string} channel */
export function sectionId(channel) {
  return `channel-${channel}`;
}
