import { Chart } from './chart.js';
import { ChartSection } from './chart-section.js';
import { find } from './dom.js';
import { compareNames } from './format.js';
import { HostColumns } from './host-columns.js';
import { ALL_HOSTS, PANELS, SYSTEM, TILES } from './panels.js';
import { matchesSearch } from './search.js';
import { PinnedCharts } from './pinned-charts.js';
import { SectionList } from './section-list.js';
import { Tile } from './tile.js';

/**
 * The tiles and charts: the system panels, then one section for each other channel that has metrics. Panels without data are not
 * shown.
 *
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./time-series.js').Gap} Gap
 *
 * @typedef {object} GridListener
 * @property {() => void} onFilter called when the user wants to filter by tags
 * @property {(channel: string, isFolded: boolean) => void} onFold
 */

const TABLE_UPDATE_MILLIS = 250;
const HIDDEN_TABLE_UPDATE_MILLIS = 1_000;

export class DashboardGrid {
  #root = find('#dashboard');
  #sectionParent = find('#sections');
  #systemSection = find('#system');
  #context;
  #preferences;
  #listener;
  /** @type {Tile[]} */
  #tiles;
  /** @type {Chart[]} */
  #systemCharts;
  /** @type {Map<string, ChartSection>} by channel */
  #sections = new Map();
  #pinned;
  #hostColumns;
  #sectionList = new SectionList((channel) => this.#goTo(channel));
  #tablesUpdatedAt = 0;
  #allTablesUpdatedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #tableTimer;

  /**
   * @param {import('./chart.js').ChartContext} context
   * @param {import('./preferences.js').Preferences} preferences
   * @param {GridListener} listener
   */
  constructor(context, preferences, listener) {
    this.#context = context;
    this.#preferences = preferences;
    this.#listener = listener;
    this.#tiles = TILES.map((panel) => new Tile(panel, find('#tiles'), context.timeRange));
    this.#pinned = new PinnedCharts(context, preferences);
    this.#hostColumns = new HostColumns(context);
    this.#systemCharts = PANELS.map((panel) => new Chart(panel, context));
    this.#systemCharts.forEach(({ root }) => (root.hidden = true)); // until they have values
    find('#charts').append(...this.#systemCharts.map((chart) => chart.root));
  }

  /**
   * @param {Store} store
   * @param {string | null} hostName or `ALL_HOSTS`
   * @param {string[]} channels the visible channels
   * @param {Gap | null} openGap the current outage
   * @param {boolean} isLoading true while the values of another query may still arrive: until then its charts keep their places
   * @returns {boolean} true if anything is shown
   */
  render(store, hostName, channels, openGap, isLoading) {
    const host = channels.includes(SYSTEM) ? store.host(hostName) : undefined;
    this.#pinned.render(store, host, channels, openGap);
    const compared = hostName === ALL_HOSTS && channels.includes(SYSTEM) ? store.hostNames : [];
    this.#hostColumns.render(store, compared, this.#preferences.search, openGap, isLoading);
    const hasSystem = this.#renderSystem(host, openGap, isLoading && host !== undefined);
    const sections = channels.flatMap((channel) => this.#renderSection(channel, store, openGap));
    for (const [channel, section] of this.#sections) {
      if (!sections.some((each) => each.channel === channel)) {
        section.remove();
        this.#sections.delete(channel);
      }
    }
    this.#sectionList.render(sections);
    this.#updateTables();
    return hasSystem || sections.length > 0;
  }

  /** @param {import('./host-model.js').HostModel | undefined} host @param {Gap | null} openGap @param {boolean} isLoading @returns {boolean} */
  #renderSystem(host, openGap, isLoading) {
    const { search } = this.#preferences;
    this.#tiles.forEach((tile) => tile.render(search === '' ? host : undefined, this.#context.timeRange, isLoading && search === ''));
    for (const chart of this.#systemCharts) {
      const timeSeries = host?.seriesByPanel.get(chart.panel.id);
      chart.render(timeSeries, openGap);
      const stays = (isLoading && !chart.root.hidden) || chart.root.contains(document.activeElement); // a focused chart keeps the focus
      chart.root.hidden = (!timeSeries?.rows && !stays) || !matchesSearch(chart.panel, search);
    }
    const hasAny = [...this.#tiles, ...this.#systemCharts, ...this.#hostColumns.charts].some(({ root }) => !root.hidden);
    this.#systemSection.hidden = !hasAny;
    return hasAny;
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

  /** The panels whose charts are on the screen. */
  get visiblePanels() {
    return this.#allCharts.filter(({ isVisible }) => isVisible).map(({ panel }) => panel);
  }

  get #allCharts() {
    return [...this.#pinned.charts.values(), ...this.#systemCharts, ...this.#hostColumns.charts, ...[...this.#sections.values()].flatMap(({ charts }) => [...charts.values()])];
  }

  /**
   * @param {string} channel
   * @param {Store} store
   * @param {Gap | null} openGap
   * @returns {Array<{channel: string, count: number}>} empty if the channel has no chart to show
   */
  #renderSection(channel, store, openGap) {
    const all = store.groups(channel);
    const groups = all.filter(({ panel }) => matchesSearch(panel, this.#preferences.search));
    if (groups.length === 0) {
      return [];
    }
    const section = this.#sections.get(channel) ?? this.#addSection(channel);
    section.render(groups, all.length + store.unshownCount(channel), store.overflowing.has(channel), openGap);
    return [{ channel, count: groups.length }];
  }

  /** @param {string} channel */
  #addSection(channel) {
    const section = new ChartSection(channel, this.#preferences.folded.includes(channel), this.#context, this.#listener);
    const names = [...this.#sections.keys(), channel].sort(compareNames);
    const next = this.#sections.get(names[names.indexOf(channel) + 1]);
    this.#sectionParent.insertBefore(section.root, next?.root ?? null);
    this.#sections.set(channel, section);
    return section;
  }

  /** Unfolds a section and scrolls to it. @param {string} channel */
  #goTo(channel) {
    const root = /** @type {HTMLDetailsElement | undefined} */ (this.#sections.get(channel)?.root);
    if (root) {
      root.open = true;
      root.scrollIntoView();
      root.querySelector('summary')?.focus({ preventScroll: true });
    }
  }

  /**
   * Updates the tables at a limited rate, because they cost more than the plots, and those off the screen less often. The last state
   * always reaches the tables.
   */
  #updateTables() {
    clearTimeout(this.#tableTimer);
    const now = performance.now();
    const isComplete = now >= this.#allTablesUpdatedAt + HIDDEN_TABLE_UPDATE_MILLIS;
    const delay = this.#tablesUpdatedAt + TABLE_UPDATE_MILLIS - now;
    if (delay <= 0) {
      this.#tablesUpdatedAt = now;
      this.#allTablesUpdatedAt = isComplete ? now : this.#allTablesUpdatedAt;
      this.#allCharts.forEach((chart) => (isComplete || chart.isVisible) && chart.updateTable());
    }
    if (delay > 0 || !isComplete) {
      this.#tableTimer = setTimeout(() => this.#updateTables(), delay > 0 ? delay : this.#allTablesUpdatedAt + HIDDEN_TABLE_UPDATE_MILLIS - now);
    }
  }
}
