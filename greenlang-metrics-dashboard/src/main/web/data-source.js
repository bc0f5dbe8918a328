import { createMetricService } from '@greenlang/metrics-client';
import { byName } from './format.js';
import { subscription } from './wishes.js';

/**
 * The page's connection: which channels there are, what is asked of them, and the past that fills the charts.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {import('./wishes.js').Wishes} Wishes
 *
 * @typedef {object} FeedListener
 * @property {(state: import('@greenlang/metrics-client').State, info: import('@greenlang/metrics-client').ConnectionInfo | undefined) => void} onState
 * @property {(channels: string[]) => void} onChannels
 * @property {(metric: Metric) => void} onMetric
 * @property {(metrics: Metric[]) => void} onPast in time order
 * @property {(gap: import('@greenlang/metrics-client').Gap) => void} onGap
 * @property {(error: import('@greenlang/metrics-client').MetricError) => void} onError
 * @property {(data: unknown, isSent: boolean) => void} onFrame
 */

/** No metric is called so. Asking every channel for it costs nothing and tells which channels there are. */
const NOBODY = 'greenlang-metrics.dashboard.none';

/** From this window on, history comes in windows of this length: a chart has no more columns. @type {Array<[number, import('@greenlang/metrics-client').Interval]>} */
const COARSE = [[3600, '1m'], [900, '5s']];

const MAX_PAST = 50_000;

/** How often it is looked whether there are more channels by now: the server tells only who asks. */
const LOOK_MILLIS = 15_000;
const LOOK_PATIENCE_MILLIS = 10_000;

export class Feed {
  service;
  #url;
  #token;
  #listener;
  #wishes;
  #isClosed = false;
  #looking = setInterval(() => this.#look(), LOOK_MILLIS);
  /** @type {string[]} that are subscribed */
  #channels = [];
  /** Changes when other data are wanted: what was asked for before is then of no use. */
  #era = 0;

  /**
   * @param {string} url
   * @param {string | null} token
   * @param {Wishes} wishes
   * @param {FeedListener} listener
   */
  constructor(url, token, wishes, listener) {
    this.#url = url;
    this.#token = token;
    this.#wishes = wishes;
    this.#listener = listener;
    this.service = createMetricService(url, token, { WebSocket: tapped(listener.onFrame), logger: false, bufferSize: 0 });
    this.service.onConnectionChange((isConnected, info) => {
      listener.onState(info.state, info);
      if (isConnected && this.service.stats().reconnects > 0) {
        this.#look(); // it may be another server
      }
    });
    this.service.onMetric('*', listener.onMetric);
    this.service.onGap(listener.onGap);
    this.service.onError(listener.onError);
    this.service.connect();
    listener.onState(this.service.state, undefined);
    this.service.subscribe({ channels: ['*'], metrics: [NOBODY] }).then(
      (channels) => this.#discovered(channels),
      () => {}, // told by onError; or the page went on to another connection
    );
  }

  /** Asks for what the wishes say now. */
  subscribe() {
    this.#era++;
    const unwanted = this.#channels.filter((channel) => this.#wishes.off.includes(channel));
    this.#channels = [];
    if (unwanted.length > 0) {
      this.service.unsubscribe(unwanted).catch(() => {}); // told by onError
    }
    this.#follow(this.#all);
  }

  /** Asks for those of these channels that are wanted, and for their past. @param {string[]} channels */
  async #follow(channels) {
    const era = this.#era;
    const wanted = channels.filter((channel) => !this.#wishes.off.includes(channel));
    this.#channels.push(...wanted);
    if (wanted.length > 0) {
      const confirmed = this.service.subscribe({ ...subscription(this.#wishes, wanted), batch: true, latest: true });
      const fill = () => era === this.#era && wanted.forEach((channel) => this.fill(this.#wishes.windowSeconds, channel));
      await confirmed.then(fill, () => {}); // told by onError
    }
  }

  /**
   * Channels may appear later. To ask for all of them on this connection would replace what is subscribed, so a second one
   * asks, and is gone again.
   */
  async #look() {
    if (this.service.state !== 'connected' || document.hidden) {
      return;
    }
    const scout = createMetricService(this.#url, this.#token, { backoff: { maxAttempts: 0 }, resume: false, logger: false, bufferSize: 0 });
    const timer = setTimeout(() => scout.disconnect(), LOOK_PATIENCE_MILLIS);
    scout.connect();
    const channels = await scout.subscribe({ channels: ['*'], metrics: [NOBODY] }).catch(() => []); // it is looked again soon
    clearTimeout(timer);
    scout.disconnect();
    const added = channels.filter((channel) => !this.#all.includes(channel));
    if (added.length > 0 && !this.#isClosed) {
      this.#all = [...this.#all, ...added].sort(byName);
      this.#listener.onChannels(this.#all);
      this.#follow(added);
    }
  }

  /** Brings the past of the whole window, or of a channel since some moment. @param {number} seconds @param {string} [only] */
  fill(seconds, only) {
    const era = this.#era;
    const start = new Date(Date.now() - seconds * 1000);
    const coarse = COARSE.find(([from]) => this.#wishes.windowSeconds >= from)?.[1];
    const interval = this.#wishes.interval === 'raw' ? coarse : this.#wishes.interval;
    const { tags } = subscription(this.#wishes, ['*']);
    for (const channel of this.#channels.filter((each) => only === undefined || each === only)) {
      const request = { channel, start_time: start, limit: MAX_PAST, ...(tags && { tags }), ...(interval && { aggregation_interval: interval }) };
      this.service.getHistory(request).then(
        (metrics) => era === this.#era && this.#listener.onPast(metrics),
        () => {}, // a server without history: the charts then begin at the present
      );
    }
  }

  close() {
    this.#isClosed = true;
    clearInterval(this.#looking);
    this.#era++;
    this.service.disconnect();
  }

  /** @type {string[]} */
  #all = [];

  /** @param {string[]} channels */
  #discovered(channels) {
    this.#all = channels;
    this.#listener.onChannels(channels);
    this.subscribe();
  }
}

/** A WebSocket that shows what goes through it. @param {FeedListener['onFrame']} onFrame */
function tapped(onFrame) {
  return class extends WebSocket {
    /** @param {string} url @param {string[]} [protocols] */
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
