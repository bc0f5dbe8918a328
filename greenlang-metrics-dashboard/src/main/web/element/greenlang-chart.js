import { Announcer } from '../announcer.js';
import { Chart } from '../chart.js';
import { createElement, setText } from '../dom.js';
import { compareNames } from '../format.js';
import { frameScheduler } from '../frame-scheduler.js';
import { mergeHistory } from '../merge-history.js';
import { MetricGroup } from '../metric-group.js';
import { Palette } from '../palette.js';
import { sampleTime } from '../sample-time.js';
import { TimeRange, liveEdge } from '../time-range.js';
import { NAMES, readAttributes } from './chart-attributes.js';
import { accepts, join } from './shared-connection.js';
import styles from 'greenlang-chart.css'; // build.mjs makes it of the styles of the page

/**
 * The custom element `<greenlang-chart>`: live charts of some metrics in any page, one for each name. It is built from the same parts
 * as the dashboard.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */

const MAX_CHARTS = 12;
const MAX_DESCRIBED_NAMES = 1_000;
const MAX_METRICS = 50_000;
const TICK_MILLIS = 1_000;

const sheet = new CSSStyleSheet(); // a policy without inline styles permits it
sheet.replaceSync(styles);
const darkMode = matchMedia('(prefers-color-scheme: dark)');

class GreenlangChart extends HTMLElement {
  static observedAttributes = NAMES;

  /** @type {import('@greenlang/metrics-client').Token} */
  #token = null;
  #root = createElement('div', { class: 'root' });
  #status = createElement('p', { class: 'status', role: 'status' });
  #announcement = createElement('p', { class: 'off-screen', role: 'status' });
  #announcer = new Announcer(this.#announcement);
  #grid = createElement('div', { class: 'charts' });
  #palette = new Palette(this.#root);
  #timeRange = new TimeRange(() => this.#requestRender(true));
  #requestRender = frameScheduler(() => this.#render(), () => this.#timeRange.pixelMillis);
  /** @type {Map<string, {group: MetricGroup, chart: Chart | null}>} by name */
  #charts = new Map();
  /** The units and descriptions by name. @type {Map<string, import('@greenlang/metrics-client').MetricMetadata>} */
  #metadata = new Map();
  /** @type {import('./chart-attributes.js').Attributes | null} */
  #attributes = null;
  /** @type {ReturnType<typeof join> | null} */
  #connection = null;
  /** The choices of the user, by the identifier of the panel. @type {Map<string, import('../chart-options.js').ChartOptions>} */
  #options = new Map();
  #query = new AbortController();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #isRestartRequested = false;
  #onThemeChange = () => this.#showTheme();

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [sheet];
    this.#root.append(this.#status, this.#grid, this.#announcement);
    shadow.append(this.#root);
  }

  /** A JWT, a function that returns one, or null. It is no attribute: markup would expose it. */
  get token() {
    return this.#token;
  }

  set token(token) {
    this.#token = token;
    this.#requestRestart();
  }

  connectedCallback() {
    darkMode.addEventListener('change', this.#onThemeChange);
    this.#timer = setInterval(() => this.#requestRender(), TICK_MILLIS);
    this.#showTheme();
    this.#requestRestart();
  }

  disconnectedCallback() {
    darkMode.removeEventListener('change', this.#onThemeChange);
    clearInterval(this.#timer);
    this.#stop();
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (name === 'theme') {
      this.#showTheme();
    } else {
      this.#requestRestart();
    }
  }

  /**
   * Starts again after the running task, once for all properties and attributes that it changes. While the page is loaded, the start
   * waits for its scripts: one of them may set the token.
   */
  #requestRestart() {
    if (this.#isRestartRequested) {
      return;
    }
    this.#isRestartRequested = true;
    const restart = () => {
      if (this.#isRestartRequested && this.isConnected) {
        this.#start();
      }
      this.#isRestartRequested = false;
    };
    if (document.readyState === 'complete') {
      queueMicrotask(restart);
    } else {
      document.addEventListener('DOMContentLoaded', restart, { once: true });
      addEventListener('load', restart, { once: true });
    }
  }

  #start() {
    this.#stop();
    try {
      this.#attributes = readAttributes((name) => this.getAttribute(name));
    } catch (error) {
      this.#showState('failed', error instanceof Error ? error.message : String(error));
      return;
    }
    const { view, seconds } = this.#attributes;
    this.#timeRange.setWindow(seconds);
    const url = new URL(this.getAttribute('url') ?? '/ws/metrics', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    this.#connection = join(url.href, this.#token, {
      view,
      onMetric: (metric) => this.#add(metric),
      onMetadata: (metadata) => this.#describe(metadata),
      onConfirmed: () => this.#loadHistory(),
      onGap: () => {
        this.#charts.forEach(({ group }) => group.timeSeries.breakLine());
        this.#loadHistory();
      },
      onState: (state, reason) => this.#showState(state, reason),
    });
  }

  #stop() {
    this.#query.abort();
    this.#query = new AbortController();
    this.#connection?.leave();
    this.#connection = null;
    this.#charts.forEach(({ chart }) => chart?.remove());
    this.#charts.clear();
    this.#options.clear();
    this.#metadata.clear();
  }

  get #now() {
    return (this.#connection?.service.serverNow() ?? Date.now()) / 1000;
  }

  /** @param {Metric} metric */
  #add(metric) {
    const isStored = this.#attributes?.resolution !== '1d';
    this.#groupOf(metric)?.add(metric, sampleTime(metric, this.#now), () => true, isStored);
    this.#requestRender();
  }

  /** @param {import('@greenlang/metrics-client').MetricMetadata} metadata it arrives before the first metric of its name */
  #describe(metadata) {
    if (this.#metadata.size < MAX_DESCRIBED_NAMES) {
      this.#metadata.set(metadata.name, metadata);
    }
    this.#charts.get(metadata.name)?.group.describe(metadata);
  }

  /** @param {Metric} metric @returns {MetricGroup | undefined} undefined beyond the limit */
  #groupOf(metric) {
    const existing = this.#charts.get(metric.name);
    if (existing || this.#charts.size >= MAX_CHARTS) {
      return existing?.group;
    }
    const group = new MetricGroup(metric, this.#metadata.get(metric.name));
    group.timeSeries.setRetention(this.#timeRange.windowSeconds, null);
    this.#charts.set(metric.name, { group, chart: null });
    return group;
  }

  async #loadHistory() {
    const { attributes, connection } = { attributes: this.#attributes, connection: this.#connection };
    if (!attributes || !connection) {
      return;
    }
    const { view, resolution, seconds, groupBy } = attributes;
    const metrics = await connection.service
      .getHistory(
        {
          channel: view.channel,
          start_time: new Date((this.#now - seconds) * 1000),
          limit: MAX_METRICS,
          metadata: true,
          ...(view.metrics.length > 0 && { metrics: view.metrics }),
          ...(view.query.tags && { tags: view.query.tags }),
          ...(resolution !== 'raw' && { aggregation_interval: resolution }),
          ...(groupBy && { buckets: true }),
        },
        this.#query,
      )
      .catch(() => []); // the server has no history, or the element was removed
    this.#addHistory(metrics.filter(({ name }) => accepts(view, name)), groupBy);
  }

  /** @param {Metric[]} metrics @param {string[] | undefined} groupBy */
  #addHistory(metrics, groupBy) {
    const merged = groupBy ? mergeHistory(metrics, groupBy) : metrics;
    for (const name of new Set(merged.map((metric) => metric.name))) {
      const ofName = merged.filter((metric) => metric.name === name);
      this.#groupOf(ofName[0])?.addHistory(ofName, () => true);
    }
    this.#charts.forEach(({ group }) => group.timeSeries.closeFilledGaps());
    this.#requestRender(true);
  }

  #render() {
    const attributes = this.#attributes;
    if (!attributes || !this.#connection) {
      return;
    }
    const series = [...this.#charts.values()].map(({ group }) => group.timeSeries);
    const times = series.flatMap(({ oldestTime, latestTime }) => (oldestTime === undefined || latestTime === undefined ? [] : [[oldestTime, latestTime]]));
    const edge = liveEdge(this.#now, attributes.resolution, times.length > 0 ? Math.max(...times.map(([, latest]) => latest)) : undefined);
    this.#timeRange.setDataBounds(edge, Math.min(edge, ...times.map(([oldest]) => oldest)));
    for (const [name, entry] of [...this.#charts].sort(([a], [b]) => compareNames(a, b))) {
      this.#renderChart(name, entry);
    }
  }

  /** @param {string} name @param {{group: MetricGroup, chart: Chart | null}} entry */
  #renderChart(name, entry) {
    const { group, chart } = entry;
    group.timeSeries.setRetention(this.#timeRange.windowSeconds, this.#timeRange.pinned);
    if (chart?.panel !== group.panel) {
      entry.chart = new Chart(group.panel, {
        palette: this.#palette,
        timeRange: this.#timeRange,
        onVisible: () => {},
        announce: (text) => this.#announcer.announce(text),
        options: { get: (id) => this.#options.get(id) ?? this.#defaultOptions, change: (id, change) => this.#options.set(id, { ...(this.#options.get(id) ?? this.#defaultOptions), ...change }) },
        menu: null,
      });
      const next = [...this.#charts].filter(([other, { chart: drawn }]) => drawn && drawn !== entry.chart && compareNames(other, name) > 0).sort(([a], [b]) => compareNames(a, b))[0];
      this.#grid.insertBefore(entry.chart.root, chart?.root ?? next?.[1].chart?.root ?? null);
      chart?.replaceWith(entry.chart);
    }
    entry.chart?.render(group.timeSeries, null, group.hiddenCount);
    entry.chart?.updateTable();
  }

  get #defaultOptions() {
    return this.#attributes?.options ?? {};
  }

  /** @param {import('@greenlang/metrics-client').State} state @param {string} reason */
  #showState(state, reason) {
    const texts = { idle: 'Connecting…', connecting: 'Connecting…', connected: '', reconnecting: 'Reconnecting…', closed: '', failed: reason || 'The server rejected the connection' };
    setText(this.#status, texts[state]);
    this.#status.hidden = texts[state] === '';
    this.#root.dataset.state = state;
    this.#root.toggleAttribute('data-stale', state !== 'connected');
    this.dispatchEvent(new CustomEvent('statechange', { detail: { state, reason } }));
  }

  #showTheme() {
    const chosen = this.getAttribute('theme');
    this.#root.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : darkMode.matches ? 'dark' : 'light';
    this.#palette.invalidate();
    this.#charts.forEach(({ chart }) => chart?.redraw());
  }
}

if (!customElements.get('greenlang-chart')) {
  customElements.define('greenlang-chart', GreenlangChart);
}
