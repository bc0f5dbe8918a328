import { DashboardAlerts } from './dashboard-alerts.js';
import { isSameQuery, queryOf } from './dashboard-queries.js';
import { createElement, find, setText } from './dom.js';
import { QueryCharts, withPast } from './query-charts.js';
import { TimeRange, liveEdge } from './time-range.js';

/**
 * The charts of an open dashboard. A chart without its own range follows the range of the page.
 *
 * @typedef {import('./dashboard-schema.js').ChartDefinition} ChartDefinition
 * @typedef {import('./query-charts.js').Query} Query
 *
 * @typedef {object} Part
 * @property {ChartDefinition} definition
 * @property {string} id
 * @property {TimeRange} timeRange
 * @property {QueryCharts} charts
 * @property {Query | null} query the running one
 * @property {HTMLElement} root
 * @property {HTMLElement} status the text in place of the chart
 * @property {string} state the state of its connection in words
 */

const TABLE_UPDATE_MILLIS = 250;
const HIDDEN_UPDATE_MILLIS = 1_000;

/** The texts in place of a chart without values, by the state of its connection. @type {Record<string, string>} */
const STATES = { connected: 'Waiting for the first values…', reconnecting: 'Reconnecting…', failed: 'The server rejected the connection' };

export class DashboardView {
  dashboard;
  #context;
  #root = find('#own');
  #grid = find('#own-charts');
  /** The states of the charts without values, for users of a screen reader: once each, and not once per chart. */
  #states = createElement('p', { class: 'off-screen', role: 'status' });
  #menu;
  /** @type {Part[]} */
  #parts;
  /** @type {import('./dashboard-loader.js').Connection | null} */
  #connection = null;
  #tablesUpdatedAt = 0;
  #alerts;
  #alertsUpdatedAt = -Infinity;
  #timer = setInterval(() => this.#updateHidden(), HIDDEN_UPDATE_MILLIS);

  /**
   * @param {import('./dashboard-schema.js').Dashboard} dashboard
   * @param {import('./dashboard-loader.js').DashboardContext} context
   * @param {import('./chart-menu-loader.js').ChartMenuLoader} menu
   */
  constructor(dashboard, context, menu) {
    this.dashboard = dashboard;
    this.#context = context;
    this.#menu = menu;
    this.#alerts = new DashboardAlerts(dashboard.name, context.announce);
    this.#parts = dashboard.charts.map((chart, i) => this.#createPart(chart, `own-${i}`));
    setText(find('#own-title'), dashboard.name);
    setText(find('#own-description'), dashboard.description ?? '');
    this.#grid.replaceChildren(...this.#parts.map(({ root }) => root));
    this.#grid.after(this.#states);
    this.#root.hidden = false;
  }

  /** False if the server has answered a chart that it keeps no history. */
  get hasHistory() {
    return this.#parts.every(({ charts }) => charts.hasHistory);
  }

  /** @param {import('./dashboard-loader.js').Connection | null} connection null to disconnect */
  connect(connection) {
    this.#connection = connection;
    this.#stop();
  }

  /** @param {number} now the server's time in seconds @param {boolean} isDisconnected */
  render(now, isDisconnected) {
    this.#parts.forEach((part) => this.#update(part, now));
    this.#setPageBounds(now);
    this.#parts.forEach((part) => this.#renderPart(part, now, isDisconnected));
    setText(this.#states, [...new Set(this.#parts.flatMap(({ status, state }) => (status.hidden ? [] : state)))].join('. '));
    this.#updateAlerts();
    if (performance.now() - this.#tablesUpdatedAt >= TABLE_UPDATE_MILLIS) { // the page renders at least once per second
      this.#tablesUpdatedAt = performance.now();
      this.#parts.forEach(({ charts }) => charts.updateTables());
    }
  }

  redraw() {
    this.#parts.forEach(({ charts }) => charts.redraw());
  }

  close() {
    clearInterval(this.#timer);
    this.#stop();
    this.#alerts.close();
    this.#grid.replaceChildren();
    this.#states.remove();
    this.#root.hidden = true;
  }

  #updateAlerts() {
    this.#alertsUpdatedAt = performance.now();
    this.#alerts.update(this.#parts.flatMap(({ charts }) => charts.alerts), this.#alertsUpdatedAt);
  }

  /**
   * Runs the queries and updates the level in a tab in the background, which has no frames. Browsers call its timers as rarely as once
   * per minute, so new values call this, too.
   */
  #updateHidden() {
    if (document.hidden && performance.now() - this.#alertsUpdatedAt >= HIDDEN_UPDATE_MILLIS) {
      this.#parts.forEach((part) => this.#update(part, part.charts.now));
      this.#updateAlerts();
    }
  }

  #stop() {
    this.#parts.forEach((part) => {
      part.charts.stop();
      part.query = null;
    });
  }

  /** @param {ChartDefinition} definition @param {string} id @returns {Part} */
  #createPart(definition, id) {
    const { palette, announce, annotations, onMetric, onLoss, errorBanner } = this.#context;
    const onChange = (/** @type {boolean} */ isUrgent = false) => {
      this.#context.onChange(isUrgent);
      this.#updateHidden();
    };
    const hasOwnRange = definition.range !== undefined;
    const timeRange = hasOwnRange ? new TimeRange(() => onChange(true), (past) => charts.hasFiner(past)) : this.#context.timeRange;
    const root = createElement('div', { class: 'own-part' });
    const status = createElement('p', { class: 'card own-status' });
    const onState = (/** @type {string} */ state, /** @type {string} */ reason) => {
      part.state = (state === 'failed' && reason) || STATES[state] || 'Connecting…';
      setText(status, `${definition.title ?? definition.metrics.join(', ')}: ${part.state}`);
    };
    root.append(status);
    const onHistoryMissing = (/** @type {string} */ text) => errorBanner.showMissing(text, part);
    const charts = new QueryCharts(root, { palette, timeRange, hasOwnRange, announce, menu: this.#menu, annotations, onMetric, onLoss, onHistoryMissing, onSeriesLimit: (text) => errorBanner.show(text), onChange, onState });
    /** @type {Part} */
    const part = { definition, id, timeRange, charts, query: null, root, status, state: '' };
    onState('connecting', '');
    return part;
  }

  /** Starts the query of a chart if it has changed. @param {Part} part @param {number} now */
  #update(part, now) {
    const { definition, id, timeRange } = part;
    const following = queryOf(definition, id, this.#context.preferences, now);
    const query = definition.range ? withPast(following, timeRange.past, now) : following;
    if (this.#connection && !(part.query && isSameQuery(part.query, query))) {
      part.query = query; // before the range, whose change updates the parts of a tab in the background
      if (definition.range && timeRange.windowSeconds !== query.seconds) {
        timeRange.setWindow(query.seconds);
      }
      part.charts.start(query, this.#connection);
    }
  }

  /** Gives the range of the page the bounds of the charts that follow it. @param {number} now */
  #setPageBounds(now) {
    const following = this.#parts.filter(({ definition }) => !definition.range);
    const { query } = following[0] ?? { query: null };
    const latest = following.map(({ charts }) => charts.latestTime ?? -Infinity);
    const edge = liveEdge(now, query?.resolution ?? 'raw', Math.max(-Infinity, ...latest));
    this.#context.timeRange.setDataBounds(edge, Math.min(edge, ...following.map(({ charts }) => charts.oldestTime ?? edge)));
  }

  /** @param {Part} part @param {number} now @param {boolean} isDisconnected */
  #renderPart({ definition, timeRange, charts, query, status }, now, isDisconnected) {
    const { latestTime, oldestTime } = charts;
    if (definition.range && query) {
      const edge = liveEdge(now, query.resolution, latestTime);
      timeRange.setDataBounds(edge, Math.min(edge, oldestTime ?? edge));
    }
    const edge = timeRange.latest;
    charts.render(isDisconnected && latestTime !== undefined && latestTime < edge ? { from: latestTime, to: edge } : null);
    status.hidden = charts.groups.length > 0;
  }
}
