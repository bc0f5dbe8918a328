import { createMetricService } from '@greenlang/metrics-client';
import { compareNames } from './format.js';
import { HistoryLoader } from './history-loader.js';
import { Outage } from './outage.js';
import { SYSTEM, SYSTEM_METRICS } from './panels.js';
import { resolutionOf, toSubscription } from './preferences.js';
import { ANNOTATION } from './sample-time.js';

/**
 * The page's connection to the server. It discovers channels, subscribes to them and loads the history of the charts on screen.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {import('./preferences.js').Preferences} Preferences
 *
 * @typedef {object} DataSourceListener
 * @property {(state: import('@greenlang/metrics-client').State, info: import('@greenlang/metrics-client').ConnectionInfo | undefined) => void} onState
 * @property {(channels: string[]) => void} onChannels
 * @property {() => void} onConfirmed called when the server has confirmed the current query
 * @property {(metric: Metric) => void} onMetric
 * @property {(metrics: Metric[], isLive: boolean) => void} onAnnotations receives the events of the application
 * @property {(metadata: import('@greenlang/metrics-client').MetricMetadata) => void} onMetadata
 * @property {(metrics: Metric[]) => void} onHistory receives metrics in time order
 * @property {(text: string) => void} onHistoryMissing receives what history lacks, and an empty text with each new query
 * @property {(loss: import('./outage.js').Loss) => void} onLoss called when metrics did not arrive
 * @property {(channel: string) => void} onGap called when an unknown number of metrics is missing
 * @property {(limit: import('@greenlang/metrics-client').SeriesLimit) => void} onSeriesLimit
 * @property {(error: import('@greenlang/metrics-client').MetricError) => void} onError
 * @property {(data: unknown, isSent: boolean) => void} onFrame
 */

/** A name that no metric has. A subscription to it on every channel costs nothing and returns the list of channels. */
const UNUSED_METRIC_NAME = 'greenlang-metrics.dashboard.none';

/** The time after a confirmation in which a server may still send the first values. */
const FIRST_VALUES_MILLIS = 2_000;

/** The interval between searches for new channels. The server announces channels only in reply to a subscription. */
const DISCOVERY_INTERVAL_MILLIS = 15_000;
const DISCOVERY_TIMEOUT_MILLIS = 10_000;

export class DataSource {
  service;
  #url;
  #token;
  #listener;
  #preferences;
  #isClosed = false;
  #discoveryTimer = setInterval(() => this.#discoverNewChannels(), DISCOVERY_INTERVAL_MILLIS);
  /** @type {string[]} */
  #availableChannels = [];
  /** @type {string[]} */
  #subscribedChannels = [];
  /** The channels whose new query the server has not confirmed. Until then it sends metrics of the previous one. */
  #replacedChannels = new Set();
  /** The options of the latest subscription of each channel. Replies to earlier ones are ignored. @type {Map<string, object>} */
  #views = new Map();
  #history;
  #outage = new Outage();
  /** The time of the last confirmation on the monotonic clock; null while one is pending. @type {number | null} */
  #confirmedAt = null;

  /**
   * @param {string} url
   * @param {string | null} token
   * @param {Preferences} preferences
   * @param {DataSourceListener} listener
   */
  constructor(url, token, preferences, listener) {
    this.#url = url;
    this.#token = token;
    this.#preferences = preferences;
    this.#listener = listener;
    this.service = createMetricService(url, token, { WebSocket: observedWebSocket(listener.onFrame), logger: false, bufferSize: 0 });
    this.#history = new HistoryLoader(this.service, preferences, listener);
    this.service.onConnectionChange((isConnected, info) => {
      this.#outage.onState(info.state, this.#now);
      listener.onState(info.state, info);
      if (isConnected && this.service.stats().reconnects > 0) {
        this.#discoverNewChannels(); // the new connection may lead to another server
      }
    });
    this.service.onMetric('*', (metric) => this.#replacedChannels.has(metric.channel) || this.#onMetric(metric));
    this.service.onMetadata(listener.onMetadata);
    this.service.onGap((gap) => {
      const loss = this.#outage.lossOf(gap, this.#now);
      gap.recovered || listener.onLoss(loss);
      gap.recovered || loss.missed !== undefined || listener.onGap(gap.channel);
    });
    this.service.onSeriesLimit(listener.onSeriesLimit);
    this.service.onError(listener.onError);
    this.service.connect();
    listener.onState(this.service.state, undefined);
    this.service.subscribe({ channels: ['*'], metrics: [UNUSED_METRIC_NAME] }).then(
      (channels) => this.#onDiscovered(channels),
      () => {}, // onError reports it, or the page has moved on to another connection
    );
  }

  /**
   * Subscribes according to the current preferences.
   *
   * @param {boolean} [isNewQuery] true if the metrics of the previous subscriptions do not match the preferences
   */
  subscribe(isNewQuery = false) {
    this.#views.clear();
    this.#confirmedAt = null;
    if (isNewQuery) {
      this.#history.reset();
      this.#subscribedChannels.forEach((channel) => this.#replacedChannels.add(channel));
    }
    const hidden = this.#subscribedChannels.filter((channel) => !this.#isShown(channel));
    this.#subscribedChannels = [];
    hidden.forEach((channel) => this.#history.forget(channel));
    if (hidden.length > 0) {
      this.service.unsubscribe(hidden).catch(() => {}); // onError reports it
    }
    this.#subscribeTo(this.#availableChannels);
  }

  /**
   * Subscribes to one channel again, for other fields of the same metrics. Those that arrive until then stay valid.
   *
   * @param {string} channel
   */
  resubscribe(channel) {
    this.#history.forget(channel);
    this.#subscribedChannels = this.#subscribedChannels.filter((each) => each !== channel);
    this.#subscribeTo([channel]);
  }

  /** Tests whether history has a range at a finer resolution than the current query. @param {import('./time-range.js').Range} past */
  hasFiner(past) {
    return this.#history.hasFiner(past);
  }

  /** True while the first values of the current query may still arrive. */
  get isLoading() {
    return this.#confirmedAt === null || performance.now() - this.#confirmedAt < FIRST_VALUES_MILLIS;
  }

  get #resolution() {
    return resolutionOf(this.#preferences, this.#now);
  }

  /** The server's time in seconds. */
  get #now() {
    return (this.service.serverNow() ?? Date.now()) / 1000;
  }

  /** Tests whether the page shows a channel. The charts of a custom dashboard have separate connections. @param {string} channel */
  #isShown(channel) {
    return this.#preferences.dashboard === null && !this.#preferences.hiddenChannels.includes(channel);
  }

  /** @param {Metric} metric */
  #onMetric(metric) {
    if (metric.name === ANNOTATION) {
      this.#listener.onAnnotations([metric], true);
      this.#preferences.groupBy === null ? this.#history.request(metric.channel, [ANNOTATION]) : this.#history.requestEvents(metric.channel); // a group has lost its text, which history has
    } else {
      this.#listener.onMetric(metric);
    }
  }

  /** Subscribes to those of the channels that the page shows. @param {string[]} channels */
  async #subscribeTo(channels) {
    const visible = channels.filter((channel) => this.#isShown(channel));
    this.#subscribedChannels.push(...visible);
    /** @type {Map<string, import('@greenlang/metrics-client').MetricSubscription>} by their options */
    const subscriptions = new Map();
    for (const channel of visible) { // the machine is never grouped, and only a channel with a heat map has buckets
      const { channels: _, ...options } = toSubscription(this.#preferences, this.#resolution, [channel]);
      const key = JSON.stringify(options);
      subscriptions.set(key, { ...options, channels: [...(subscriptions.get(key)?.channels ?? []), channel] });
    }
    await Promise.all([...subscriptions.values()].map((each) => this.#subscribeTogether(each)));
  }

  /** Subscribes to channels with the same options. @param {import('@greenlang/metrics-client').MetricSubscription} options */
  async #subscribeTogether(options) {
    options.channels.forEach((channel) => this.#views.set(channel, options));
    const confirmation = this.service.subscribe({ ...options, batch: true, latest: true, metadata: true });
    const onConfirmed = () => {
      const current = options.channels.filter((channel) => this.#views.get(channel) === options);
      if (current.length > 0) {
        current.forEach((channel) => this.#replacedChannels.delete(channel));
        this.#confirmedAt = performance.now();
        if (current.includes(SYSTEM)) {
          this.#history.request(SYSTEM, SYSTEM_METRICS);
        }
        this.#listener.onConfirmed();
      }
    };
    await confirmation.then(onConfirmed, () => (this.#confirmedAt = performance.now())); // onError reports a rejection
  }

  /**
   * Looks for channels that appeared since. A subscription to all channels on the main connection would replace the current
   * ones, so a short-lived second connection asks.
   */
  async #discoverNewChannels() {
    if (this.service.state !== 'connected' || document.hidden) {
      return;
    }
    const probe = createMetricService(this.#url, this.#token, { backoff: { maxAttempts: 0 }, resume: false, logger: false, bufferSize: 0 });
    const timer = setTimeout(() => probe.disconnect(), DISCOVERY_TIMEOUT_MILLIS);
    probe.connect();
    const channels = await probe.subscribe({ channels: ['*'], metrics: [UNUSED_METRIC_NAME] }).catch(() => []); // the next search follows soon
    clearTimeout(timer);
    probe.disconnect();
    const added = channels.filter((channel) => !this.#availableChannels.includes(channel));
    if (added.length > 0 && !this.#isClosed) {
      this.#availableChannels = [...this.#availableChannels, ...added].sort(compareNames);
      this.#listener.onChannels(this.#availableChannels);
      this.#subscribeTo(added);
    }
  }

  /**
   * Loads the history of a panel that is on the screen, once per query.
   *
   * @param {import('./panels.js').Panel} panel
   */
  loadPanel({ channel, title }) {
    if (channel !== undefined && this.#subscribedChannels.includes(channel)) {
      this.#history.request(channel, [title]);
    }
  }

  /**
   * Loads the latest history again, because it may be missing.
   *
   * @param {number} seconds
   * @param {string} [channel]
   */
  reloadHistory(seconds, channel) {
    this.#history.reload(seconds, channel);
  }

  close() {
    this.#isClosed = true;
    clearInterval(this.#discoveryTimer);
    this.#views.clear();
    this.#history.reset();
    this.service.disconnect();
  }

  /** @param {string[]} channels */
  #onDiscovered(channels) {
    this.#availableChannels = channels;
    this.#listener.onChannels(channels);
    this.subscribe();
  }
}

/**
 * Creates a WebSocket class that reports every frame.
 *
 * @param {DataSourceListener['onFrame']} onFrame
 */
export function observedWebSocket(onFrame) {
  return class extends WebSocket {
    /** @param {string | URL} url @param {string | string[]} [protocols] */
    constructor(url, protocols) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => onFrame(data, false));
    }

    /** @param {string} data @override */
    send(data) {
      onFrame(data, true);
      super.send(data);
    }
  };
}
