import { Chart } from './chart.js';
import { find } from './dom.js';
import { PANELS } from './panels.js';
import { matchesSearch } from './search.js';

/**
 * The copies of pinned charts at the top of the page, in the order in which the user pinned them. A pinned metric without data has no
 * chart.
 *
 * @typedef {import('./time-series.js').Gap} Gap
 */
export class PinnedCharts {
  /** @type {Map<string, Chart>} by the identifier of the panel */
  charts = new Map();
  #context;
  #preferences;
  #root = find('#pinned');
  #grid = find('#pinned-charts');

  /** @param {import('./chart.js').ChartContext} context @param {import('./preferences.js').Preferences} preferences */
  constructor(context, preferences) {
    this.#context = context;
    this.#preferences = preferences;
  }

  /**
   * @param {import('./store.js').Store} store
   * @param {import('./host-model.js').HostModel | undefined} host
   * @param {string[]} channels the visible channels
   * @param {Gap | null} openGap the current outage
   */
  render(store, host, channels, openGap) {
    const { pinned, search } = this.#preferences;
    const sources = pinned.length === 0 ? [] : [
      ...PANELS.map((panel) => ({ panel, timeSeries: host?.seriesByPanel.get(panel.id), hiddenCount: 0, density: null })),
      ...channels.flatMap((channel) => store.groups(channel)),
    ];
    const shown = pinned.flatMap((id) => sources.filter(({ panel, timeSeries }) => panel.id === id && timeSeries !== undefined && matchesSearch(panel, search)));
    shown.forEach(({ panel, timeSeries, hiddenCount, density }, i) => {
      const previous = this.charts.get(panel.id);
      const chart = previous?.panel === panel ? previous : new Chart(panel, this.#context);
      this.charts.set(panel.id, chart);
      if (this.#grid.children[i] !== chart.root) {
        this.#grid.insertBefore(chart.root, previous && previous !== chart ? previous.root : (this.#grid.children[i] ?? null));
      }
      if (previous !== chart) {
        previous?.replaceWith(chart);
      }
      chart.render(timeSeries, openGap, hiddenCount, density);
    });
    for (const [id, chart] of this.charts) {
      if (!shown.some(({ panel }) => panel.id === id)) {
        chart.remove();
        this.charts.delete(id);
      }
    }
    this.#root.hidden = shown.length === 0;
  }
}
