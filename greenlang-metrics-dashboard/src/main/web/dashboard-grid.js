import { Chart } from './chart.js';
import { createElement, find, setText } from './dom.js';
import { compareNames } from './format.js';
import { MAX_LINES } from './metric-group.js';
import { PANELS, SYSTEM, TILES } from './panels.js';
import { MAX_GROUPS, MAX_SERIES } from './store.js';
import { Tile } from './tile.js';

/**
 * The tiles and charts: the system panels, then one section for each other channel that has metrics.
 *
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./time-series.js').Gap} Gap
 */

const TABLE_UPDATE_MILLIS = 250;

export class DashboardGrid {
  #root = find('#dashboard');
  #sectionList = find('#sections');
  #systemSection = find('#system');
  #palette;
  #timeRange;
  #onFilter;
  /** @type {Tile[]} */
  #tiles;
  /** @type {Chart[]} */
  #systemCharts;
  /** @type {Map<string, {root: HTMLElement, grid: HTMLElement, more: HTMLElement, size: HTMLElement, charts: Map<string, Chart>}>} by channel */
  #sections = new Map();
  #tablesUpdatedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #tableTimer;

  /**
   * @param {import('./palette.js').Palette} palette
   * @param {import('./time-range.js').TimeRange} timeRange
   * @param {() => void} onFilter called when the user wants to filter by tags
   */
  constructor(palette, timeRange, onFilter) {
    this.#palette = palette;
    this.#timeRange = timeRange;
    this.#onFilter = onFilter;
    this.#tiles = TILES.map((panel) => new Tile(panel, find('#tiles'), timeRange));
    this.#systemCharts = PANELS.map((panel) => new Chart(panel, palette, timeRange));
    find('#charts').append(...this.#systemCharts.map((chart) => chart.root));
  }

  /**
   * @param {Store} store
   * @param {string | null} hostName
   * @param {string[]} channels the visible channels
   * @param {Gap | null} openGap the current outage
   */
  render(store, hostName, channels, openGap) {
    const host = store.host(hostName);
    this.#systemSection.hidden = !channels.includes(SYSTEM) && channels.length > 0;
    this.#tiles.forEach((tile) => tile.render(host, this.#timeRange));
    this.#systemCharts.forEach((chart) => chart.render(host?.seriesByPanel.get(chart.panel.id), openGap));
    for (const channel of channels) {
      this.#renderSection(channel, store, openGap);
    }
    for (const channel of this.#sections.keys()) {
      if (!channels.includes(channel)) {
        this.#removeSection(channel);
      }
    }
    this.#updateTables();
  }

  /** @param {boolean} isStale true if the values are no longer current */
  setStale(isStale) {
    this.#root.toggleAttribute('data-stale', isStale);
  }

  /** @param {boolean} isHidden */
  setHidden(isHidden) {
    this.#root.hidden = isHidden;
  }

  redraw() {
    this.#allCharts.forEach((chart) => chart.redraw());
  }

  get #allCharts() {
    return [...this.#systemCharts, ...[...this.#sections.values()].flatMap(({ charts }) => [...charts.values()])];
  }

  /** @param {string} channel @param {Store} store @param {Gap | null} openGap */
  #renderSection(channel, store, openGap) {
    const groups = store.groups(channel);
    if (groups.length === 0) {
      this.#removeSection(channel);
      return;
    }
    const section = this.#sections.get(channel) ?? this.#addSection(channel);
    groups.forEach((group, i) => {
      let chart = section.charts.get(group.panel.title);
      if (chart?.panel !== group.panel) {
        const previous = chart;
        chart = new Chart(group.panel, this.#palette, this.#timeRange);
        section.charts.set(group.panel.title, chart);
        section.grid.insertBefore(chart.root, previous?.root ?? section.grid.children[i] ?? null);
        previous?.remove();
      }
      chart?.render(group.timeSeries, openGap);
    });
    for (const [name, chart] of section.charts) {
      if (!groups.some((group) => group.panel.title === name)) {
        chart.remove();
        section.charts.delete(name);
      }
    }
    setText(section.size, `${groups.length} ${groups.length === 1 ? 'metric' : 'metrics'}`);
    section.more.hidden = !store.overflowing.has(channel);
  }

  /** @param {string} channel */
  #addSection(channel) {
    const root = createElement('details', { class: 'channel', 'data-channel': channel, open: '' });
    const head = createElement('summary', { class: 'channel-head' });
    const size = createElement('span', { class: 'channel-size' });
    head.append(createElement('h2', { class: 'channel-title' }, channel === SYSTEM ? `More of ${channel}` : channel), size);
    const more = createElement('p', { class: 'more' }, `${channel} has more series than the page shows. The limits are ${MAX_GROUPS} charts with ${MAX_LINES} lines each, and ${MAX_SERIES} lines in total. `);
    const filterButton = createElement('button', { type: 'button', class: 'link' }, 'Filter by tags');
    filterButton.addEventListener('click', this.#onFilter);
    more.append(filterButton);
    const grid = createElement('div', { class: 'charts' });
    root.append(head, more, grid);
    const names = [...this.#sections.keys(), channel].sort(compareNames);
    const next = this.#sections.get(names[names.indexOf(channel) + 1]);
    this.#sectionList.insertBefore(root, next?.root ?? null);
    const section = { root, grid, more, size, charts: new Map() };
    this.#sections.set(channel, section);
    return section;
  }

  /** @param {string} channel */
  #removeSection(channel) {
    const section = this.#sections.get(channel);
    section?.charts.forEach((chart) => chart.remove());
    section?.root.remove();
    this.#sections.delete(channel);
  }

  /** Updates the tables at a limited rate, because they cost more than the plots. The last state always reaches the tables. */
  #updateTables() {
    clearTimeout(this.#tableTimer);
    const update = () => {
      this.#tablesUpdatedAt = performance.now();
      this.#allCharts.forEach((chart) => chart.updateTable());
    };
    const delay = this.#tablesUpdatedAt + TABLE_UPDATE_MILLIS - performance.now();
    if (delay <= 0) {
      update();
    } else {
      this.#tableTimer = setTimeout(update, delay);
    }
  }
}
