import { Chart } from './chart.js';
import { element, find, setText } from './dom.js';
import { MAX_LINES } from './family.js';
import { byName } from './format.js';
import { SYSTEM, PANELS, TILES } from './panels.js';
import { MAX_FAMILIES, MAX_SERIES } from './store.js';
import { Tile } from './tile.js';

/**
 * Tiles and charts: the system's, then a section for each other channel that has something to show.
 *
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./track.js').Gap} Gap
 */

const TELL_MILLIS = 250;

export class Board {
  #root = find('#board');
  #sections = find('#sections');
  #system = find('#system');
  #palette;
  #view;
  #onNarrow;
  /** @type {Tile[]} */
  #tiles;
  /** @type {Chart[]} */
  #charts;
  /** @type {Map<string, {root: HTMLElement, grid: HTMLElement, more: HTMLElement, size: HTMLElement, charts: Map<string, Chart>}>} by channel */
  #others = new Map();
  #toldAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #telling;

  /**
   * @param {import('./palette.js').Palette} palette
   * @param {import('./view.js').View} view
   * @param {() => void} onNarrow the reader wants to filter
   */
  constructor(palette, view, onNarrow) {
    this.#palette = palette;
    this.#view = view;
    this.#onNarrow = onNarrow;
    this.#tiles = TILES.map((panel) => new Tile(panel, find('#tiles')));
    this.#charts = PANELS.map((panel) => new Chart(panel, palette, view));
    find('#charts').append(...this.#charts.map((chart) => chart.root));
  }

  /**
   * @param {Store} store
   * @param {string | null} hostName
   * @param {string[]} channels that are wanted
   * @param {Gap | null} openGap
   */
  show(store, hostName, channels, openGap) {
    const host = store.host(hostName);
    this.#system.hidden = !channels.includes(SYSTEM) && channels.length > 0;
    this.#tiles.forEach((tile) => tile.show(host));
    this.#charts.forEach((chart) => chart.show(host?.tracks.get(chart.panel.id), openGap));
    for (const channel of channels) {
      this.#showOthers(channel, store, openGap);
    }
    for (const channel of this.#others.keys()) {
      if (!channels.includes(channel)) {
        this.#remove(channel);
      }
    }
    this.#tell();
  }

  /** @param {boolean} isStale what is shown is no longer so */
  setStale(isStale) {
    this.#root.toggleAttribute('data-stale', isStale);
  }

  /** @param {boolean} isHidden */
  setHidden(isHidden) {
    this.#root.hidden = isHidden;
  }

  redraw() {
    this.#all.forEach((chart) => chart.redraw());
  }

  get #all() {
    return [...this.#charts, ...[...this.#others.values()].flatMap(({ charts }) => [...charts.values()])];
  }

  /** @param {string} channel @param {Store} store @param {Gap | null} openGap */
  #showOthers(channel, store, openGap) {
    const families = store.families(channel);
    if (families.length === 0) {
      this.#remove(channel);
      return;
    }
    const section = this.#others.get(channel) ?? this.#addSection(channel);
    families.forEach((family, i) => {
      let chart = section.charts.get(family.panel.title);
      if (chart?.panel !== family.panel) {
        const old = chart;
        chart = new Chart(family.panel, this.#palette, this.#view);
        section.charts.set(family.panel.title, chart);
        section.grid.insertBefore(chart.root, old?.root ?? section.grid.children[i] ?? null);
        old?.remove();
      }
      chart?.show(family.track, openGap);
    });
    for (const [name, chart] of section.charts) {
      if (!families.some((family) => family.panel.title === name)) {
        chart.remove();
        section.charts.delete(name);
      }
    }
    setText(section.size, `${families.length} ${families.length === 1 ? 'metric' : 'metrics'}`);
    section.more.hidden = !store.overflowing.has(channel);
  }

  /** @param {string} channel */
  #addSection(channel) {
    const root = element('details', { class: 'channel', 'data-channel': channel, open: '' });
    const head = element('summary', { class: 'channel-head' });
    const size = element('span', { class: 'channel-size' });
    head.append(element('h2', { class: 'channel-title' }, channel === SYSTEM ? `More of ${channel}` : channel), size);
    const more = element('p', { class: 'more' }, `There is more in ${channel} than is shown here: ${MAX_FAMILIES} charts of ${MAX_LINES} lines at most, and ${MAX_SERIES} lines in all. `);
    const narrow = element('button', { type: 'button', class: 'link' }, 'Filter by tags');
    narrow.addEventListener('click', this.#onNarrow);
    more.append(narrow);
    const grid = element('div', { class: 'charts' });
    root.append(head, more, grid);
    const names = [...this.#others.keys(), channel].sort(byName);
    const after = this.#others.get(names[names.indexOf(channel) + 1]);
    this.#sections.insertBefore(root, after?.root ?? null);
    const section = { root, grid, more, size, charts: new Map() };
    this.#others.set(channel, section);
    return section;
  }

  /** @param {string} channel */
  #remove(channel) {
    const section = this.#others.get(channel);
    section?.charts.forEach((chart) => chart.remove());
    section?.root.remove();
    this.#others.delete(channel);
  }

  /** The tables cost more than the plots, and nobody reads ten a second. The last state is always told. */
  #tell() {
    clearTimeout(this.#telling);
    const tell = () => {
      this.#toldAt = performance.now();
      this.#all.forEach((chart) => chart.tell());
    };
    const wait = this.#toldAt + TELL_MILLIS - performance.now();
    if (wait <= 0) {
      tell();
    } else {
      this.#telling = setTimeout(tell, wait);
    }
  }
}
