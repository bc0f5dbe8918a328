import { Chart } from './chart.js';
import { alertOf } from './chart-alert.js';
import { accepts, join } from './element/shared-connection.js';
import { Eviction } from './eviction.js';
import { compareNames } from './format.js';
import { isHistoryProblem, seriesLimitText } from './server-problems.js';
import { loadHistory } from './history-parts.js';
import { mergeHistory } from './merge-history.js';
import { MetricGroup } from './metric-group.js';
import { lengthOf, resolutionFor } from './resolution.js';
import { ANNOTATION, sampleTime } from './sample-time.js';

/**
 * The charts of one query: a chart for each name of its metrics, or one combined chart. The custom element and the custom dashboards of
 * the page consist of them.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {import('@greenlang/metrics-client').MetricMetadata} MetricMetadata
 * @typedef {import('./chart-options.js').ChartOptions} ChartOptions
 *
 * @typedef {object} Query
 * @property {import('./element/shared-connection.js').View} view
 * @property {import('./resolution.js').Resolution} resolution
 * @property {number} seconds the width of the live range
 * @property {import('./time-range.js').Range | null} [past] the range in place of the live one
 * @property {string[] | undefined} groupBy
 * @property {ChartOptions} options the initial choices for each chart
 * @property {import('./metric-group.js').CombinedChart} [combined] present if all names share one chart
 *
 * @typedef {object} QueryContext
 * @property {import('./palette.js').Palette} palette
 * @property {import('./time-range.js').TimeRange} timeRange
 * @property {boolean} hasOwnRange true if no other part of the page shows this range
 * @property {(text: string) => void} announce reads a text to users of a screen reader
 * @property {import('./chart.js').ChartContext['menu']} menu
 * @property {NonNullable<import('./chart.js').ChartContext['annotations']> & {add: (metrics: Metric[], isLive: boolean) => unknown}} [annotations] the marks on the time axis, if the charts have them
 * @property {(metric: Metric) => void} [onMetric] called with each live metric
 * @property {(loss: import('./outage.js').Loss) => void} [onLoss] called when metrics did not arrive
 * @property {(text: string) => void} onSeriesLimit called when the server dropped metrics of new series
 * @property {(isUrgent?: boolean) => void} onChange called when the charts must be drawn
 * @property {(text: string) => void} onHistoryMissing receives what history lacks, and an empty text when that has ended
 * @property {(state: import('@greenlang/metrics-client').State, reason: string) => void} onState
 */

const MAX_CHARTS = 12;
const MAX_DESCRIBED_NAMES = 1_000;

export class QueryCharts {
  #grid;
  #context;
  /** @type {Map<string, {group: MetricGroup, chart: Chart | null}>} by name; a combined chart has the empty one */
  #charts = new Map();
  /** The units and descriptions by name. @type {Map<string, MetricMetadata>} */
  #metadata = new Map();
  /** The choices of the user, by the identifier of the panel. @type {Map<string, ChartOptions>} */
  #options = new Map();
  /** @type {Query | null} */
  #query = null;
  /** @type {ReturnType<typeof join> | null} */
  #connection = null;
  #requests = new AbortController();
  #eviction = new Eviction();
  /** True after a restart until the history has arrived: the lines have no values yet, which makes none of them inactive. */
  #isHistoryPending = false;
  /** True while the page shows that history lacks values. */
  #isHistoryMissing = false;
  /** False if the server keeps no history. */
  hasHistory = true;
  /** The server of the query. @type {{url: string, token: import('@greenlang/metrics-client').Token, WebSocket?: typeof WebSocket} | null} */
  #server = null;

  /** @param {HTMLElement} grid the parent of the charts @param {QueryContext} context */
  constructor(grid, context) {
    this.#grid = grid;
    this.#context = context;
  }

  /**
   * Starts the query, or replaces the current one. The charts stay, so that they keep the focus; their values belong to the previous query.
   *
   * @param {Query} query
   * @param {{url: string, token: import('@greenlang/metrics-client').Token, WebSocket?: typeof WebSocket}} server `WebSocket` observes the frames
   */
  start(query, server) {
    const { url, token, WebSocket: socketClass } = server;
    const previous = this.#connection;
    this.#requests.abort();
    this.#requests = new AbortController();
    this.#query = query;
    this.#server = server;
    this.#isHistoryPending = this.#charts.size > 0;
    this.#showMissing('');
    this.#charts.forEach(({ group }) => group.clearValues());
    this.#connection = join(url, token, {
      view: this.#hasHeatMap ? { ...query.view, query: { ...query.view.query, buckets: true } } : query.view,
      onMetric: (metric) => this.#add(metric),
      onMetadata: (metadata) => this.#describe(metadata),
      onConfirmed: () => this.#loadHistory(),
      onGap: () => {
        this.#charts.forEach(({ group }) => group.timeSeries.breakLine());
        this.#loadHistory();
      },
      onLoss: (loss) => this.#context.onLoss?.(loss),
      onSeriesLimit: (limit) => this.#context.onSeriesLimit(seriesLimitText(limit)),
      onState: this.#context.onState,
    }, socketClass);
    previous?.leave(); // after the join, which may share the connection
  }

  /** Ends the query and removes the charts. */
  stop() {
    this.#requests.abort();
    this.#connection?.leave();
    this.#connection = null;
    this.#query = null;
    this.hasHistory = true;
    this.#showMissing('');
    this.#charts.forEach(({ chart }) => chart?.remove());
    this.#charts.clear();
    this.#options.clear();
    this.#metadata.clear();
  }

  /** Tests whether history has a range at a finer resolution than the query. @param {import('./time-range.js').Range} past */
  hasFiner(past) {
    return this.hasHistory && this.#query !== null && lengthOf(withPast(this.#query, past, this.now).resolution) < lengthOf(this.#query.resolution);
  }

  /** The server's time in seconds. */
  get now() {
    return (this.#connection?.service.serverNow() ?? Date.now()) / 1000;
  }

  /** The time of the latest value; undefined before the first one. */
  get latestTime() {
    const times = this.#definedTimes(({ latestTime }) => latestTime);
    return times.length > 0 ? Math.max(...times) : undefined;
  }

  /** The time of the oldest value; undefined before the first one. */
  get oldestTime() {
    const times = this.#definedTimes(({ oldestTime }) => oldestTime);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** @param {(timeSeries: import('./time-series.js').TimeSeries) => number | undefined} timeOf */
  #definedTimes(timeOf) {
    return [...this.#charts.values()].map(({ group }) => timeOf(group.timeSeries)).filter((time) => time !== undefined);
  }

  /** The charts with their data. */
  get groups() {
    return [...this.#charts.values()].map(({ group }) => group);
  }

  /** The levels of the charts that have thresholds, also of those that are not drawn because the page is in the background. */
  get alerts() {
    return this.#context.timeRange.past ? [] : this.groups.flatMap(({ panel, timeSeries }) => alertOf(panel, this.#optionsOf(panel.id), timeSeries) ?? []);
  }

  /** Draws the charts. @param {import('./time-series.js').Gap | null} openGap the current outage */
  render(openGap) {
    for (const [name, entry] of [...this.#charts].sort(([a], [b]) => compareNames(a, b))) {
      this.#renderChart(name, entry, openGap);
    }
  }

  /** Updates the tables of the charts. Callers do this less often than `render`. */
  updateTables() {
    this.#charts.forEach(({ chart }) => chart?.updateTable());
  }

  /** Redraws the plots after a change of theme. */
  redraw() {
    this.#charts.forEach(({ chart }) => chart?.redraw());
  }

  /** @param {Metric} metric */
  #add(metric) {
    if (metric.name === ANNOTATION) {
      this.#context.annotations?.add([metric], true);
      return;
    }
    this.#context.onMetric?.(metric);
    const isStored = !this.#query?.past && this.#query?.resolution !== '1d';
    const add = () => this.#groupOf(metric)?.add(metric, sampleTime(metric, this.now), () => true, isStored) ?? false;
    add() || (isStored && this.#evictInactive() && add());
    this.#context.onChange();
  }

  /** Removes inactive series, and the charts that are then empty, because another one needs a place. @returns {boolean} true if it removed some */
  #evictInactive() {
    const { pinned, fullSeconds } = this.#context.timeRange;
    if (pinned !== null || this.#isHistoryPending || !this.#eviction.evict(this.groups, this.now, fullSeconds)) {
      return false;
    }
    for (const [name, { group, chart }] of this.#query?.combined ? [] : this.#charts) {
      if (group.size === 0) {
        chart?.remove();
        this.#charts.delete(name);
      }
    }
    return true;
  }

  /** @param {MetricMetadata} metadata it arrives before the first metric of its name */
  #describe(metadata) {
    if (this.#metadata.size < MAX_DESCRIBED_NAMES) {
      this.#metadata.set(metadata.name, metadata);
    }
    this.#charts.get(this.#query?.combined ? '' : metadata.name)?.group.describe(metadata);
  }

  /** @param {Metric} metric @returns {MetricGroup | undefined} undefined beyond the limit */
  #groupOf(metric) {
    const key = this.#query?.combined ? '' : metric.name;
    const existing = this.#charts.get(key);
    if (existing || this.#charts.size >= MAX_CHARTS) {
      return existing?.group;
    }
    const group = new MetricGroup(metric, this.#metadata.get(metric.name), this.#query?.combined);
    group.timeSeries.setRetention(this.#context.timeRange.fullSeconds, null);
    this.#charts.set(key, { group, chart: null });
    return group;
  }

  async #loadHistory() {
    const { query, connection, requests } = { query: this.#query, connection: this.#connection, requests: this.#requests };
    if (!query || !connection) {
      return;
    }
    const { view, resolution, seconds, groupBy } = query;
    const [from, to] = query.past ?? [this.now - seconds, undefined];
    const request = {
      channel: view.channel,
      start_time: new Date(from * 1000),
      ...(to !== undefined && { end_time: new Date(to * 1000) }),
      metadata: true,
      ...(view.metrics.length > 0 && { metrics: view.metrics }),
      ...(view.query.tags && { tags: view.query.tags }),
      ...(resolution !== 'raw' && { aggregation_interval: resolution }),
      ...((groupBy || this.#hasHeatMap) && { buckets: true }),
    };
    const onPart = (/** @type {Metric[]} */ metrics) => {
      if (!requests.signal.aborted) {
        this.#context.annotations?.add(metrics.filter(({ name }) => name === ANNOTATION), false);
        this.#addHistory(metrics.filter(({ name }) => name !== ANNOTATION && accepts(view, name)), groupBy);
      }
    };
    const missing = await loadHistory(connection.service, request, requests, onPart).catch((error) => {
      this.hasHistory &&= error.code !== 'HISTORY_UNAVAILABLE';
      return isHistoryProblem(error) ? error.message : '';
    });
    if (!requests.signal.aborted) {
      this.#isHistoryPending = false;
      this.#showMissing(missing);
    }
  }

  /** Reports what history lacks, or once that it lacks nothing any more. @param {string} text */
  #showMissing(text) {
    if (text || this.#isHistoryMissing) {
      this.#isHistoryMissing = text !== '';
      this.#context.onHistoryMissing(text);
    }
  }

  /** @param {Metric[]} metrics @param {string[] | undefined} groupBy */
  #addHistory(metrics, groupBy) {
    const merged = groupBy ? mergeHistory(metrics, groupBy) : metrics;
    for (const name of new Set(merged.map((metric) => metric.name))) {
      const ofName = merged.filter((metric) => metric.name === name);
      this.#groupOf(ofName[0])?.addHistory(ofName, () => true);
    }
    this.#charts.forEach(({ group }) => group.timeSeries.closeFilledGaps());
    this.#context.onChange(true);
  }

  /** @param {string} name @param {{group: MetricGroup, chart: Chart | null}} entry @param {import('./time-series.js').Gap | null} openGap */
  #renderChart(name, entry, openGap) {
    const { group, chart } = entry;
    const { timeRange } = this.#context;
    group.timeSeries.setRetention(timeRange.fullSeconds, timeRange.pinned);
    if (chart?.panel !== group.panel) {
      entry.chart = this.#createChart(group);
      const next = [...this.#charts].filter(([other, { chart: drawn }]) => drawn && drawn !== entry.chart && compareNames(other, name) > 0).sort(([a], [b]) => compareNames(a, b))[0];
      this.#grid.insertBefore(entry.chart.root, chart?.root ?? next?.[1].chart?.root ?? null);
      chart?.replaceWith(entry.chart);
    }
    entry.chart?.render(group.timeSeries, openGap, group.hiddenCount, group.density);
  }

  /** @param {MetricGroup} group */
  #createChart(group) {
    const { palette, timeRange, hasOwnRange, announce, menu, annotations } = this.#context;
    const get = (/** @type {string} */ id) => this.#optionsOf(id);
    const change = (/** @type {string} */ id, /** @type {ChartOptions} */ changed) => {
      this.#options.set(id, { ...get(id), ...changed });
      if ('form' in changed && this.#query && this.#server) {
        this.start(this.#query, this.#server); // with the buckets of the distributions, or without
      }
    };
    return new Chart(group.panel, { palette, timeRange, hasOwnRange, announce, menu, annotations, onVisible: () => {}, options: { get, change } });
  }

  /** @param {string} id of a panel */
  #optionsOf(id) {
    return this.#options.get(id) ?? this.#defaultOptions;
  }

  get #hasHeatMap() {
    const options = [...this.#options.values()];
    return options.some(({ form }) => form === 'heatmap') || (options.length === 0 && this.#defaultOptions.form === 'heatmap');
  }

  get #defaultOptions() {
    return this.#query?.options ?? NO_OPTIONS;
  }
}

/**
 * Returns a query for a past range, at the resolution that fits. Its subscription stays: the charts then show no live values.
 *
 * @param {Query} query
 * @param {import('./time-range.js').Range | null} past null for the live range
 * @param {number} now the server's time in seconds
 * @returns {Query}
 */
export function withPast(query, past, now) {
  if (!past) {
    return query;
  }
  const resolution = resolutionFor('auto', past[1] - past[0], now - past[0]);
  return { ...query, past, resolution: query.groupBy && resolution === 'raw' ? '1s' : resolution }; // the server groups windows, not samples
}

/** The same object for all charts, so that a chart recognizes a change of its choices. @type {ChartOptions} */
const NO_OPTIONS = {};
