/** The entry point of the page. It connects the URL options, the data source, the store and the grid. */

import { Announcer } from './announcer.js';
import { ChartMenu } from './chart-menu.js';
import { ChartOptionStore } from './chart-options.js';
import { ConnectionView } from './connection-view.js';
import { Controls } from './controls.js';
import { CopyLink } from './copy-link.js';
import { DashboardGrid } from './dashboard-grid.js';
import { DataSource } from './data-source.js';
import { find, setText } from './dom.js';
import { EmptyState } from './empty-state.js';
import { ErrorBanner } from './error-banner.js';
import { NO_VALUE, formatCount, formatDecimal } from './format.js';
import { frameScheduler } from './frame-scheduler.js';
import { HostPicker } from './host-picker.js';
import { Inspector } from './inspector.js';
import { Meter } from './meter.js';
import { Palette } from './palette.js';
import { SYSTEM } from './panels.js';
import { Pins } from './pins.js';
import { loadPreferences, resolutionOf, savePreferences, toSubscription } from './preferences.js';
import { Search } from './search.js';
import { Store } from './store.js';
import { ThemeButton } from './theme-button.js';
import { TimeRange, liveEdge } from './time-range.js';
import { TokenPanel } from './token-panel.js';
import { TokenStore } from './token-store.js';
import { metricsUrl, readFragment, withoutToken } from './url-options.js';
import { hasView, readView, viewFragment } from './view-address.js';

/** The largest plausible delay. A larger difference means that the clocks of the server and the host disagree. */
const MAX_DELAY_MILLIS = 10_000;

class App {
  #preferences = readView(location.hash, loadPreferences());
  #store = new Store(() => this.#now);
  #meter = new Meter();
  #tokens = new TokenStore();
  #url = '';
  /** @type {DataSource | null} */
  #dataSource = null;
  /** The server's channels; null before it has listed them. @type {string[] | null} */
  #channels = null;
  /** The resolution of the values in the store. @type {import('./resolution.js').Resolution} */
  #resolution = 'raw';

  /** Milliseconds from the monotonic clock to the server's time. Before the first connection the page assumes its own time. */
  #serverOffset = performance.timeOrigin;
  /** @type {number | null} */
  #delayMillis = null;
  /** @type {string | undefined} */
  #lastErrorCode;

  #requestRender = frameScheduler(() => this.#render(), () => this.#timeRange.pixelMillis);
  #timeRange = new TimeRange(() => this.#onTimeRangeChange());
  #palette = new Palette();
  #announcer = new Announcer();
  #hostPicker = new HostPicker(this.#preferences.host, (host) => this.#changeView({ host }));
  #connectionView = new ConnectionView(() => this.#dataSource?.service.connect());
  #tokenPanel = new TokenPanel((token) => this.#useToken(token));
  #errorBanner = new ErrorBanner();
  #inspector = new Inspector((arrival) => (arrival + this.#serverOffset) / 1000);
  #controls = new Controls(this.#preferences, this.#timeRange, (change) => this.#onPreferenceChange(change));
  #grid = new DashboardGrid(
    {
      palette: this.#palette,
      timeRange: this.#timeRange,
      onVisible: (panel) => this.#dataSource?.loadPanel(panel),
      announce: (text) => this.#announcer.announce(text),
      options: new ChartOptionStore(this.#preferences.charts, () => this.#changeView({})),
      menu: new ChartMenu(new Pins(this.#preferences, (pinned) => this.#changeView({ pinned }))),
    },
    this.#preferences,
    { onFilter: () => this.#controls.focusTags(), onFold: (channel, isFolded) => this.#onFold(channel, isFolded) },
  );
  #search = new Search(this.#preferences.search, (search) => this.#changeView({ search }));
  #emptyState = new EmptyState((action) => this.#onEmptyAction(action));

  constructor() {
    new ThemeButton();
    new CopyLink(() => new URL(this.#address || location.pathname + location.search, location.href).href);
    this.#timeRange.setWindow(this.#preferences.windowSeconds, this.#preferences.past);
    this.#resolution = resolutionOf(this.#preferences, this.#now);
    find('#token-change').addEventListener('click', () => this.#tokenPanel.show('A new token replaces the current one.', false));
    addEventListener('themechange', () => {
      this.#palette.invalidate();
      this.#grid.redraw();
    });
  }

  /** Reads the URL options and connects, or asks the user for a token. */
  start() {
    const { token, ws } = readFragment(location.hash);
    this.#url = metricsUrl(location.href, ws);
    setText(find('#endpoint'), this.#url);
    if (token) {
      this.#tokens.set(this.#url, token);
    }
    const knownToken = token ?? this.#tokens.get(this.#url);
    if (knownToken === null) {
      this.#disconnect();
      this.#tokenPanel.show('The server prints a token when it starts.', false);
    } else {
      this.#connect(knownToken || null);
    }
  }

  /** Updates the figures once per second. The rate falls to zero without messages, so messages cannot trigger the update. */
  tick() {
    setText(find('#rate'), formatDecimal(this.#meter.perSecond(performance.now())));
    setText(find('#delay'), this.#delayMillis === null ? NO_VALUE : formatCount(this.#delayMillis));
    this.#requestRender(); // the right edge moves, and a gap grows
  }

  /** @param {string | null} token entered by the user */
  #useToken(token) {
    this.#tokens.set(this.#url, token ?? ''); // an empty token means that the server requires none, after a reload too
    // The new token replaces the one in the URL. Otherwise the rejected token would return after a reload.
    history.replaceState(null, '', withoutToken(location.hash) || location.pathname + location.search);
    this.#connect(token);
  }

  /** @param {string | null} token */
  #connect(token) {
    this.#disconnect();
    this.#tokenPanel.hide();
    this.#inspector.showSnippet(toSubscription(this.#preferences, this.#resolution, [SYSTEM]));
    this.#dataSource = new DataSource(this.#url, token, this.#preferences, {
      onState: (state, info) => this.#onState(state, info),
      onChannels: (channels) => this.#onChannels(channels),
      onConfirmed: () => this.#onConfirmed(),
      onMetric: (metric) => this.#onMetric(metric),
      onMetadata: (metadata) => {
        this.#store.describe(metadata);
        this.#requestRender();
      },
      onHistory: (metrics) => {
        this.#store.addHistory(metrics);
        this.#requestRender(true);
      },
      onGap: (gap) => this.#onGap(gap),
      onSeriesLimit: ({ channel, missed }) =>
        this.#errorBanner.show(`${channel} has reached the server's limit of series. The server dropped ${formatCount(missed)} metrics of new series.`),
      onError: (error) => this.#onError(error),
      onFrame: (data, isSent) => {
        this.#inspector.add(data, isSent);
        isSent || this.#meter.mark(performance.now());
      },
    });
  }

  #disconnect() {
    this.#dataSource?.close();
    this.#dataSource = null;
    this.#connectionView.show('closed');
    this.#grid.setHidden(this.#store.latestTime === undefined);
  }

  /** @type {import('./data-source.js').DataSourceListener['onState']} */
  #onState(state, info) {
    this.#connectionView.show(state, info, this.#lastErrorCode);
    this.#grid.setHidden(false);
    this.#grid.setStale(state !== 'connected');
    if (state === 'connected') {
      this.#errorBanner.hide();
    }
    if (state === 'failed') {
      this.#tokens.remove(this.#url);
      this.#grid.setHidden(this.#store.latestTime === undefined);
      this.#tokenPanel.show(`${info?.reason ?? 'The server rejected the connection'}. Paste another token.`, true);
    }
    this.#requestRender(true);
  }

  /** @param {string[]} channels */
  #onChannels(channels) {
    this.#channels = channels;
    this.#controls.setChannels(channels);
    this.#showSnippet();
    this.#requestRender(true);
  }

  /** @param {import('@greenlang/metrics-client').Metric} metric */
  #onMetric(metric) {
    this.#store.add(metric, performance.now(), this.#preferences.past === null && this.#resolution !== '1d');
    const delay = this.#now * 1000 - Date.parse(metric.timestamp);
    this.#delayMillis = metric.interval || Math.abs(delay) > MAX_DELAY_MILLIS ? null : Math.max(0, delay);
    this.#requestRender();
  }

  /** @param {import('@greenlang/metrics-client').Gap} gap */
  #onGap({ channel, missed, recovered }) {
    if (!recovered && missed === undefined) {
      const now = this.#now;
      const latest = this.#store.latestTime ?? now;
      this.#store.breakLines(channel);
      this.#dataSource?.reloadHistory(Math.max(10, now - latest + 10), channel);
    }
    this.#requestRender();
  }

  /** @param {import('@greenlang/metrics-client').MetricError} error */
  #onError(error) {
    this.#lastErrorCode = error.code;
    // The connection banner and the token panel report connection failures. The footer counts malformed frames.
    if (!['UNAUTHORIZED', 'TOKEN_EXPIRED', 'FAILED', 'MALFORMED'].includes(error.code)) {
      this.#errorBanner.show(error.message);
    }
    this.#requestRender();
  }

  /** @param {import('./controls.js').Change} change */
  #onPreferenceChange(change) {
    const resolution = resolutionOf(this.#preferences, this.#now);
    if (change === 'zone') {
      this.#grid.redraw();
      this.#onTimeRangeChange();
      return;
    }
    const isNewQuery = ['query', 'live', 'past'].includes(change) || resolution !== this.#resolution || this.#preferences.past !== this.#timeRange.past;
    this.#resolution = resolution;
    if (change === 'query') {
      this.#store.clear(); // the results of two filters must not be mixed
    } else if (isNewQuery) {
      this.#store.clearValues(); // nor values of two resolutions
    }
    if (change === 'range') {
      this.#timeRange.setWindow(this.#preferences.windowSeconds, this.#preferences.past);
    }
    this.#preferences.hiddenChannels.forEach((channel) => this.#store.clear(channel));
    if (change === 'range' && !isNewQuery) {
      this.#dataSource?.reloadHistory(this.#preferences.windowSeconds);
    } else {
      this.#dataSource?.subscribe(isNewQuery);
    }
    this.#showSnippet();
    this.#onTimeRangeChange();
  }

  /** Loads the history of the charts on the screen for the current query. */
  #onConfirmed() {
    this.#grid.visiblePanels.forEach((panel) => this.#dataSource?.loadPanel(panel));
    this.#requestRender(true);
  }

  /** Changes a part of the view that needs no other data. @param {Partial<import('./preferences.js').Preferences>} change */
  #changeView(change) {
    Object.assign(this.#preferences, change);
    savePreferences(this.#preferences);
    this.#showAddress();
    this.#requestRender(true);
  }

  /** @param {string} channel @param {boolean} isFolded */
  #onFold(channel, isFolded) {
    const others = this.#preferences.folded.filter((each) => each !== channel);
    if (isFolded !== this.#preferences.folded.includes(channel)) { // a section also reports its first state
      this.#changeView({ folded: isFolded ? [...others, channel] : others });
    }
  }

  /** @param {'channels' | 'tags' | 'search' | 'live'} action */
  #onEmptyAction(action) {
    const actions = {
      channels: () => this.#controls.showAllChannels(),
      tags: () => this.#controls.clearTags(),
      search: () => {
        this.#search.clear();
        this.#changeView({ search: '' });
      },
      live: () => this.#timeRange.goLive(),
    };
    actions[action]();
  }

  #onTimeRangeChange() {
    if (this.#timeRange.past !== this.#preferences.past) { // the user returned to live, moved the range, or stepped back
      this.#preferences.past = this.#timeRange.past;
      this.#onPreferenceChange(this.#preferences.past === null ? 'live' : 'past');
      return;
    }
    this.#store.setRetention(this.#timeRange.fullSeconds, this.#timeRange.pinned);
    this.#controls.update(this.#now);
    this.#showAddress();
    this.#requestRender(true);
  }

  /** The fragment of the current view, without a token. */
  get #address() {
    return viewFragment(this.#preferences, this.#timeRange.isLive ? null : this.#timeRange.range, location.hash);
  }

  /** Keeps the view in the address. The token leaves it: this tab keeps the token. */
  #showAddress() {
    const address = this.#address;
    if (hasView(address) || hasView(location.hash)) {
      history.replaceState(null, '', address || location.pathname + location.search);
    }
  }

  #showSnippet() {
    this.#inspector.showSnippet(toSubscription(this.#preferences, this.#resolution, this.#visibleChannels.filter((channel) => !this.#preferences.groupBy || channel !== SYSTEM)));
  }

  /** The server's time in seconds. A browser's clock that is wrong or changes has no effect on it. */
  get #now() {
    const serverNow = this.#dataSource?.service.serverNow() ?? null;
    if (serverNow !== null) {
      this.#serverOffset = serverNow - performance.now();
    }
    return (performance.now() + this.#serverOffset) / 1000;
  }

  get #visibleChannels() {
    return (this.#channels ?? []).filter((channel) => !this.#preferences.hiddenChannels.includes(channel));
  }

  #render() {
    this.#hostPicker.setHosts(this.#store.hostNames);
    const latest = this.#store.latestTime;
    const edge = liveEdge(this.#now, this.#resolution, latest);
    this.#timeRange.setDataBounds(edge, this.#store.oldestTime ?? edge);
    const isDisconnected = this.#dataSource?.service.state !== 'connected';
    const openGap = isDisconnected && latest !== undefined && latest < edge ? { from: latest, to: edge } : null;
    this.#controls.update(this.#now);
    this.#controls.setTagKeys(this.#store.tagKeys);
    const hasCharts = this.#grid.render(this.#store, this.#hostPicker.selected, this.#visibleChannels, openGap);
    const isLoading = this.#dataSource?.isLoading ?? false;
    this.#emptyState.render({ hasCharts, isLoading, channels: this.#channels, preferences: this.#preferences, past: this.#timeRange.past });
    this.#showCounts();
  }

  #showCounts() {
    const { missed = 0, malformed = 0 } = this.#dataSource?.service.stats() ?? {};
    for (const [stat, value] of Object.entries({ missed, malformed, ignored: this.#store.ignored })) {
      const target = find(`[data-stat="${stat}"]`);
      setText(target, formatCount(value));
      target.toggleAttribute('data-any', value > 0);
    }
    find('#malformed').hidden = malformed === 0;
    find('#ignored').hidden = this.#store.ignored === 0;
  }
}

const app = new App();
app.start();
// A link to another view reloads the page. The parts of the page take the view when they are created.
addEventListener('hashchange', () => (hasView(location.hash) ? location.reload() : app.start()));
setInterval(() => app.tick(), 1000);
