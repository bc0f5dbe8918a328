/** The entry point of the page. It connects the URL options, the data source, the store and the grid. */

import { AddressBar } from './address-bar.js';
import { AnnotationLoader } from './annotation-loader.js';
import { Announcer } from './announcer.js';
import { ChartMenuLoader } from './chart-menu-loader.js';
import { ChartOptionStore } from './chart-options.js';
import { ConnectionView } from './connection-view.js';
import { Controls } from './controls.js';
import { Counts } from './counts.js';
import { DashboardGrid } from './dashboard-grid.js';
import { DashboardLoader } from './dashboard-loader.js';
import { DataSource, observedWebSocket } from './data-source.js';
import { find, setText } from './dom.js';
import { EmptyState } from './empty-state.js';
import { ErrorBanner } from './error-banner.js';
import { frameScheduler } from './frame-scheduler.js';
import { HostPicker } from './host-picker.js';
import { Inspector } from './inspector.js';
import { startKiosk } from './kiosk.js';
import { Palette } from './palette.js';
import { SYSTEM } from './panels.js';
import { Pins } from './pins.js';
import { loadPreferences, resolutionOf, savePreferences, toSubscription } from './preferences.js';
import { Search, isWanted } from './search.js';
import { ServerAccess } from './server-access.js';
import { seriesLimitText } from './server-problems.js';
import { ServerClock } from './server-clock.js';
import { Store } from './store.js';
import { ThemeButton } from './theme-button.js';
import { TimeRange, liveEdge } from './time-range.js';
import { TokenPanel } from './token-panel.js';
import { hasView, readView } from './view-address.js';
export * from './page-parts.js';

class App {
  #preferences = readView(location.hash, loadPreferences());
  #store = new Store(() => this.#now, (panel) => isWanted(panel, this.#preferences));
  #counts = new Counts();
  #access = new ServerAccess();
  /** @type {DataSource | null} */
  #dataSource = null;
  /** The server's channels; null before it has listed them. @type {string[] | null} */
  #channels = null;
  /** The resolution of the values in the store. @type {import('./resolution.js').Resolution} */
  #resolution = 'raw';
  #clock = new ServerClock();
  #lastErrorCode = /** @type {string | undefined} */ (undefined);

  #requestRender = frameScheduler(() => this.#render(), () => this.#timeRange.pixelMillis);
  #timeRange = new TimeRange(() => this.#onTimeRangeChange(), (past) => this.#own.hasHistory && (this.#dataSource?.hasFiner(past) ?? false));
  #addressBar = new AddressBar(this.#preferences, this.#timeRange);
  #chartContext = { palette: new Palette(), timeRange: this.#timeRange, announce: new Announcer().announce };
  #annotations = new AnnotationLoader({
    ...this.#chartContext,
    now: () => this.#now,
    loadHistory: (panel) => this.#dataSource?.loadPanel(panel),
    onChange: () => this.#requestRender(true),
  });
  #hostPicker = new HostPicker(this.#preferences.host, (host) => this.#changeView({ host }));
  #connectionView = new ConnectionView(() => this.#dataSource?.service.connect());
  #tokenPanel = new TokenPanel((token) => this.#useToken(token));
  #errorBanner = new ErrorBanner();
  #inspector = new Inspector((arrival) => this.#clock.at(arrival));
  #controls = new Controls(this.#preferences, this.#timeRange, (change) => this.#onPreferenceChange(change));
  #grid = new DashboardGrid(
    {
      ...this.#chartContext,
      annotations: this.#annotations,
      onVisible: (panel) => this.#dataSource?.loadPanel(panel),
      options: new ChartOptionStore(this.#preferences.charts, (channel) => this.#changeView({}, channel)),
      menu: new ChartMenuLoader(new Pins(this.#preferences, (pinned) => this.#changeView({ pinned })), (text) => this.#errorBanner.show(text)),
    },
    this.#preferences,
    { onFilter: () => this.#controls.focusTags(), onFold: (channel, isFolded) => this.#onFold(channel, isFolded) },
  );
  #own = new DashboardLoader({
    preferences: this.#preferences,
    ...this.#chartContext,
    annotations: this.#annotations,
    errorBanner: this.#errorBanner,
    host: () => this.#hostPicker.selected,
    onMetric: (metric) => this.#counts.onMetric(metric, this.#now),
    onLoss: (loss) => this.#onLoss(loss),
    onOpen: (name) => this.#openDashboard(name),
    onChange: (isUrgent) => this.#requestRender(isUrgent),
  });
  #search = new Search(this.#preferences.search, (search) => this.#changeView({ search }));
  #emptyState = new EmptyState({
    channels: () => this.#controls.showAllChannels(),
    tags: () => this.#controls.clearTags(),
    search: () => this.#search.clear(),
    live: () => this.#timeRange.goLive(),
  });

  constructor() {
    new ThemeButton();
    this.#access.read(); // before the address loses it
    this.#timeRange.setWindow(this.#preferences.windowSeconds, this.#preferences.past);
    this.#resolution = resolutionOf(this.#preferences, this.#now);
    find('#token-change').addEventListener('click', () => this.#tokenPanel.show('A new token replaces the current one.', false));
    addEventListener('themechange', () => this.#redraw());
    this.#preferences.kiosk && startKiosk(() => this.#changeView({ kiosk: false }));
  }

  /** Reads the URL options and connects, or asks the user for a token. */
  start() {
    const knownToken = this.#access.read();
    setText(find('#endpoint'), this.#access.url);
    if (knownToken === null) {
      this.#disconnect();
      this.#tokenPanel.show('The server prints a token when it starts.', false);
    } else {
      this.#connect(knownToken || null);
    }
  }

  /** Updates the figures once per second. */
  tick() {
    this.#counts.showRate();
    this.#requestRender(); // the right edge moves, and a gap grows
  }

  /** @param {string | null} token entered by the user */
  #useToken(token) {
    this.#access.replace(token);
    this.#connect(token);
  }

  /** @param {string | null} token */
  #connect(token) {
    this.#disconnect();
    this.#tokenPanel.hide();
    this.#inspector.showSnippet(toSubscription(this.#preferences, this.#resolution, [SYSTEM]));
    this.#dataSource = new DataSource(this.#access.url, token, this.#preferences, {
      onState: (state, info) => this.#onState(state, info),
      onChannels: (channels) => this.#onChannels(channels),
      onConfirmed: () => this.#onConfirmed(),
      onMetric: (metric) => this.#onMetric(metric),
      onAnnotations: (metrics, isLive) => this.#annotations.add(metrics, isLive),
      onMetadata: (metadata) => {
        this.#store.describe(metadata);
        this.#requestRender();
      },
      onHistory: (metrics) => {
        this.#store.addHistory(metrics);
        this.#requestRender(true);
      },
      onLoss: (loss) => this.#onLoss(loss),
      onGap: (channel) => this.#onGap(channel),
      onHistoryMissing: (text) => this.#errorBanner.showMissing(text),
      onSeriesLimit: (limit) => this.#errorBanner.show(seriesLimitText(limit)),
      onError: (error) => this.#onError(error),
      onFrame: (data, isSent) => this.#onFrame(data, isSent),
    });
    this.#own.connect({ url: this.#access.url, token, WebSocket: observedWebSocket((data, isSent) => this.#onFrame(data, isSent)) });
  }

  /** @param {unknown} data @param {boolean} isSent */
  #onFrame(data, isSent) {
    this.#inspector.add(data, isSent);
    isSent || this.#counts.onMessage();
  }

  #disconnect() {
    this.#dataSource?.close();
    this.#dataSource = null;
    this.#own.connect(null);
    this.#connectionView.show('closed');
    this.#grid.setHidden(this.#store.latestTime === undefined);
  }

  /** @type {import('./data-source.js').DataSourceListener['onState']} */
  #onState(state, info) {
    this.#connectionView.show(state, info, this.#lastErrorCode);
    this.#grid.setHidden(false);
    this.#grid.setStale(state !== 'connected');
    if (state === 'connected') {
      this.#errorBanner.onConnected();
    }
    if (state === 'failed') {
      this.#access.reject();
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
    this.#counts.onMetric(metric, this.#now);
    this.#requestRender();
  }

  #onLoss(/** @type {import('./outage.js').Loss} */ loss) {
    this.#counts.onLoss(loss);
    this.#annotations.addLoss(loss);
    this.#requestRender();
  }

  /** @param {string} channel */
  #onGap(channel) {
    const latest = this.#store.latestTime ?? this.#now;
    this.#store.breakLines(channel);
    this.#dataSource?.reloadHistory(Math.max(10, this.#now - latest + 10), channel);
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
      this.#redraw();
      this.#onTimeRangeChange();
      return;
    }
    const isNewQuery = ['query', 'live', 'past'].includes(change) || resolution !== this.#resolution || this.#preferences.past !== this.#timeRange.past;
    this.#resolution = resolution;
    isNewQuery && this.#annotations.clear();
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

  #redraw() {
    this.#chartContext.palette.invalidate();
    this.#grid.redraw();
    this.#own.redraw();
  }

  /** Opens a custom dashboard, or all metrics. @param {string | null} dashboard */
  #openDashboard(dashboard) {
    this.#preferences.dashboard = dashboard;
    savePreferences(this.#preferences);
    this.#onPreferenceChange('query');
  }

  /** Loads the history of the charts on the screen for the current query. */
  #onConfirmed() {
    this.#grid.visiblePanels.forEach((panel) => this.#dataSource?.loadPanel(panel));
    this.#requestRender(true);
  }

  /** Changes a part of the view. @param {Partial<import('./preferences.js').Preferences>} change @param {string} [channel] the channel of which it needs other fields */
  #changeView(change, channel) {
    Object.assign(this.#preferences, change);
    savePreferences(this.#preferences);
    this.#addressBar.show();
    this.#store.showWanted();
    if (channel !== undefined) {
      this.#dataSource?.resubscribe(channel);
      this.#showSnippet();
    }
    this.#requestRender(true);
  }

  /** @param {string} channel @param {boolean} isFolded */
  #onFold(channel, isFolded) {
    const others = this.#preferences.folded.filter((each) => each !== channel);
    if (isFolded !== this.#preferences.folded.includes(channel)) { // a section also reports its first state
      this.#changeView({ folded: isFolded ? [...others, channel] : others });
    }
  }

  #onTimeRangeChange() {
    if (this.#timeRange.past !== this.#preferences.past) { // the user returned to live, moved the range, or stepped back
      this.#preferences.past = this.#timeRange.past;
      this.#onPreferenceChange(this.#preferences.past === null ? 'live' : 'past');
      return;
    }
    this.#store.setRetention(this.#timeRange.fullSeconds, this.#timeRange.pinned);
    this.#controls.update(this.#now);
    this.#addressBar.show();
    this.#requestRender(true);
  }

  #showSnippet() {
    this.#inspector.showSnippet(toSubscription(this.#preferences, this.#resolution, this.#visibleChannels.filter((channel) => !this.#preferences.groupBy || channel !== SYSTEM)));
  }

  /** The server's time in seconds. */
  get #now() {
    return this.#clock.now(this.#dataSource?.service.serverNow());
  }

  get #visibleChannels() {
    return (this.#channels ?? []).filter((channel) => !this.#preferences.hiddenChannels.includes(channel));
  }

  #render() {
    const isDisconnected = this.#dataSource?.service.state !== 'connected';
    this.#controls.update(this.#now);
    this.#own.render(this.#now, isDisconnected);
    if (!this.#own.isOpen) {
      this.#renderAll(isDisconnected);
    }
    this.#annotations.render(this.#store, this.#own.isOpen ? null : this.#visibleChannels, this.#resolution, this.#preferences.groupBy !== null);
    this.#counts.show({ malformed: this.#dataSource?.service.stats().malformed ?? 0, ignored: this.#store.ignored });
  }

  /** Draws the charts of all metrics. @param {boolean} isDisconnected */
  #renderAll(isDisconnected) {
    this.#hostPicker.setHosts(this.#store.hostNames);
    const latest = this.#store.latestTime;
    const edge = liveEdge(this.#now, this.#resolution, latest);
    this.#timeRange.setDataBounds(edge, this.#store.oldestTime ?? edge);
    const openGap = isDisconnected && latest !== undefined && latest < edge ? { from: latest, to: edge } : null;
    const isLoading = this.#dataSource?.isLoading ?? false;
    this.#controls.showSeries(this.#store, this.#visibleChannels, isLoading);
    const hasCharts = this.#grid.render(this.#store, this.#hostPicker.selected, this.#visibleChannels, openGap, isLoading);
    this.#emptyState.render({ hasCharts, isLoading, channels: this.#channels, preferences: this.#preferences, past: this.#timeRange.past });
  }
}

const app = new App();
app.start();
// A link to another view reloads the page. The parts of the page take the view when they are created.
addEventListener('hashchange', () => (hasView(location.hash) ? location.reload() : app.start()));
setInterval(() => app.tick(), 1000);
