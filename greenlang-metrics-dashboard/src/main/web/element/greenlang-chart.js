import { Announcer } from '../announcer.js';
import { createElement, setText } from '../dom.js';
import { frameScheduler } from '../frame-scheduler.js';
import { Palette } from '../palette.js';
import { QueryCharts, withPast } from '../query-charts.js';
import { TimeRange, liveEdge } from '../time-range.js';
import { NAMES, readAttributes } from './chart-attributes.js';
import { ChartEvents } from './chart-events.js';
import styles from 'greenlang-chart.css'; // build.mjs makes it of the styles of the page

/**
 * The custom element `<greenlang-chart>`: live charts of some metrics in any page, one for each name. It is built from the same parts
 * as the dashboard.
 */

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
  #timeRange = new TimeRange(() => this.#onRangeChange(), (past) => this.#charts.hasFiner(past));
  #requestRender = frameScheduler(() => this.#render(), () => this.#timeRange.pixelMillis);
  #events = new ChartEvents({
    palette: this.#palette,
    announce: (text) => this.#announcer.announce(text),
    now: () => this.#charts.now,
    onChange: () => this.#requestRender(true),
  });
  #charts = new QueryCharts(this.#grid, {
    annotations: this.#events,
    palette: this.#palette,
    timeRange: this.#timeRange,
    hasOwnRange: true,
    announce: (text) => this.#announcer.announce(text),
    menu: null,
    onChange: (isUrgent) => this.#requestRender(isUrgent),
    onHistoryMissing: (text) => this.#showStatus(text),
    onSeriesLimit: (text) => this.#showStatus(text),
    onState: (state, reason) => this.#showState(state, reason),
  });
  /** @type {import('./chart-attributes.js').Attributes | null} */
  #attributes = null;
  /** The running query. @type {import('../query-charts.js').Query | null} */
  #query = null;
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

  /** A JWT, a function that returns one, or null. It is not an attribute: markup would expose it. */
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
    this.#charts.stop();
  }

  /** A change from one theme to another needs no other values. @param {string} name */
  attributeChangedCallback(name) {
    const isTheme = name === 'theme' && ['light', 'dark', '', null].includes(this.getAttribute(name));
    if (isTheme && this.#attributes) {
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
    if (isParsing()) {
      document.addEventListener('DOMContentLoaded', restart, { once: true });
    } else {
      queueMicrotask(restart);
    }
  }

  #start() {
    this.#charts.stop();
    this.#attributes = null;
    this.#showTheme();
    this.#query = null;
    try {
      this.#attributes = readAttributes((name) => this.getAttribute(name), location.href);
    } catch (error) {
      this.#showState('failed', error instanceof Error ? error.message : String(error));
      return;
    }
    this.#events.isEnabled = this.#attributes.hasEvents;
    this.#timeRange.setWindow(this.#attributes.seconds);
    this.#startQuery(this.#attributes);
  }

  /** Starts the query of the live range, or of an earlier range that the user views. @param {import('./chart-attributes.js').Attributes} attributes */
  #startQuery(attributes) {
    this.#events.clear();
    this.#query = withPast(attributes, this.#timeRange.past, this.#charts.now);
    this.#charts.start(this.#query, { url: attributes.url, token: this.#token });
  }

  #onRangeChange() {
    if (this.#attributes && this.#query && this.#timeRange.past !== (this.#query.past ?? null)) {
      this.#startQuery(this.#attributes);
    }
    this.#requestRender(true);
  }

  #render() {
    if (this.#query && this.isConnected) {
      const { latestTime, oldestTime, now } = this.#charts;
      const edge = liveEdge(now, this.#query.resolution, latestTime);
      this.#timeRange.setDataBounds(edge, Math.min(edge, oldestTime ?? edge));
      this.#charts.render(null);
      this.#charts.updateTables();
    }
  }

  /** @param {import('@greenlang/metrics-client').State} state @param {string} reason */
  #showState(state, reason) {
    const texts = { idle: 'Connecting…', connecting: 'Connecting…', connected: '', reconnecting: 'Reconnecting…', closed: '', failed: reason || 'The server rejected the connection' };
    this.#showStatus(texts[state]);
    this.#root.dataset.state = state;
    this.#root.toggleAttribute('data-stale', state !== 'connected');
    this.dispatchEvent(new CustomEvent('statechange', { detail: { state, reason } }));
  }

  /** @param {string} text empty for none */
  #showStatus(text) {
    setText(this.#status, text);
    this.#status.hidden = text === '';
  }

  #showTheme() {
    const chosen = this.getAttribute('theme');
    this.#root.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : darkMode.matches ? 'dark' : 'light';
    this.#palette.invalidate();
    this.#charts.redraw();
  }
}

/** Tests whether the browser still runs the scripts with which the page is loaded. The state `interactive` lasts until all images are loaded. */
function isParsing() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  return document.readyState === 'loading' || (document.readyState === 'interactive' && navigation?.domContentLoadedEventStart === 0);
}

if (!customElements.get('greenlang-chart')) {
  customElements.define('greenlang-chart', GreenlangChart);
}
