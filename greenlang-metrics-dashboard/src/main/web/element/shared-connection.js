import { createMetricService } from '@greenlang/metrics-client';
import { Outage } from '../outage.js';

/**
 * The connections that the charts of a document share. A channel has one subscription on a connection, so charts of one channel share
 * it if they differ only in their metrics. A chart with another interval, other tags or other groups opens a further connection.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 * @typedef {import('@greenlang/metrics-client').Token} Token
 *
 * @typedef {object} View the data that a chart needs
 * @property {string} channel
 * @property {string[]} metrics names or patterns; empty for all
 * @property {import('@greenlang/metrics-client').MetricSubscription} query the tags, the interval and the groups
 *
 * @typedef {object} Member
 * @property {View} view
 * @property {(metric: Metric) => void} onMetric
 * @property {(metadata: import('@greenlang/metrics-client').MetricMetadata) => void} onMetadata
 * @property {() => void} onConfirmed called when the server has confirmed the subscription, and again after it has changed
 * @property {() => void} onGap called when an unknown number of metrics is missing
 * @property {(loss: import('../outage.js').Loss) => void} onLoss called once for each loss of a channel, for one of its charts
 * @property {(limit: import('@greenlang/metrics-client').SeriesLimit) => void} onSeriesLimit called once for each limit of a channel, for one of its charts
 * @property {(state: import('@greenlang/metrics-client').State, reason: string) => void} onState
 */

/** @type {SharedConnection[]} */
const connections = [];

class SharedConnection {
  service;
  url;
  token;
  /** @type {Set<Member>} */
  #members = new Set();
  /** The channels whose subscription changes after the running task. @type {Set<string>} */
  #changed = new Set();
  /** The confirmed subscriptions by channel, as JSON. @type {Map<string, string>} */
  #confirmed = new Map();
  /** The charts that know that their subscription is confirmed. @type {WeakSet<Member>} */
  #informed = new WeakSet();
  #lastError = '';
  #outage = new Outage();

  /** @param {string} url @param {Token} token @param {typeof WebSocket} [socketClass] */
  constructor(url, token, socketClass) {
    this.url = url;
    this.token = token;
    this.service = createMetricService(url, token, { logger: false, bufferSize: 0, ...(socketClass && { WebSocket: socketClass }) });
    this.service.onMetric('*', (metric) => this.#notify(metric.channel, (member) => accepts(member.view, metric.name) && member.onMetric(metric)));
    this.service.onMetadata((metadata) => this.#notify(metadata.channel, (member) => accepts(member.view, metadata.name) && member.onMetadata(metadata)));
    this.service.onGap((gap) => this.#onGap(gap));
    this.service.onSeriesLimit((limit) => this.#firstOf(limit.channel)?.onSeriesLimit(limit));
    this.service.onError(({ message }) => (this.#lastError = message));
    this.service.onConnectionChange((_, { state, reason }) => {
      this.#outage.onState(state, this.#now);
      this.#members.forEach((member) => member.onState(state, reason ?? this.#lastError));
    });
    this.service.connect();
  }

  /** The server's time in seconds. */
  get #now() {
    return (this.service.serverNow() ?? Date.now()) / 1000;
  }

  /** @param {import('@greenlang/metrics-client').Gap} gap */
  #onGap(gap) {
    const { channel, recovered, missed } = gap;
    const loss = this.#outage.lossOf(gap, this.#now);
    if (!recovered) {
      this.#firstOf(channel)?.onLoss(loss);
      missed === undefined && this.#notify(channel, (member) => member.onGap());
    }
  }

  /** @param {string} channel */
  #firstOf(channel) {
    return [...this.#members].find(({ view }) => view.channel === channel);
  }

  /** @param {View} view */
  fits({ channel, query }) {
    return [...this.#members].every(({ view }) => view.channel !== channel || JSON.stringify(view.query) === JSON.stringify(query));
  }

  /** @param {Member} member */
  add(member) {
    this.#members.add(member);
    this.#change(member.view.channel);
    member.onState(this.service.state, '');
  }

  /** @param {Member} member */
  remove(member) {
    this.#members.delete(member);
    if (this.#members.size > 0) {
      this.#change(member.view.channel);
    } else {
      connections.splice(connections.indexOf(this), 1);
      this.service.disconnect();
    }
  }

  /** Changes the subscription of a channel once for all charts that were added in this task. @param {string} channel */
  #change(channel) {
    if (this.#changed.size === 0) {
      queueMicrotask(() => {
        const changed = [...this.#changed];
        this.#changed.clear();
        changed.forEach((each) => this.#subscribe(each));
      });
    }
    this.#changed.add(channel);
  }

  /** @param {string} channel */
  async #subscribe(channel) {
    const members = [...this.#members].filter(({ view }) => view.channel === channel);
    if (members.length === 0) {
      await this.service.unsubscribe([channel]).catch(() => {}); // onError reports it
      return;
    }
    const names = [...new Set(members.flatMap(({ view }) => view.metrics))].sort(); // a chart that restarts must not change the order
    /** The charts that did not leave meanwhile. */
    const current = () => members.filter((member) => this.#members.has(member));
    const isAll = members.some(({ view }) => view.metrics.length === 0);
    const subscription = { ...members[0].view.query, channels: [channel], ...(!isAll && { metrics: names }), batch: true, latest: true, metadata: true, compression: true, format: /** @type {const} */ ('columnar') };
    try {
      await this.service.subscribe(subscription);
    } catch (error) {
      current().forEach((member) => member.onState('failed', error instanceof Error ? error.message : String(error)));
      return;
    }
    this.#onConfirmed(channel, JSON.stringify(subscription), current());
  }

  /**
   * Informs charts that their subscription is confirmed. If it has not changed, the others have their history already.
   *
   * @param {string} channel
   * @param {string} subscription
   * @param {Member[]} members
   */
  #onConfirmed(channel, subscription, members) {
    const isUnchanged = this.#confirmed.get(channel) === subscription;
    this.#confirmed.set(channel, subscription);
    const uninformed = members.filter((member) => !(isUnchanged && this.#informed.has(member)));
    uninformed.forEach((member) => this.#informed.add(member));
    uninformed.forEach((member) => member.onConfirmed());
  }

  /** @param {string} channel @param {(member: Member) => unknown} action */
  #notify(channel, action) {
    this.#members.forEach((member) => member.view.channel === channel && action(member));
  }
}

/**
 * Adds a chart to a connection that fits, or to a new one.
 *
 * @param {string} url
 * @param {Token} token
 * @param {Member} member
 * @param {typeof WebSocket} [socketClass] the class of a new connection
 * @returns {{service: import('@greenlang/metrics-client').MetricService, leave: () => void}}
 */
export function join(url, token, member, socketClass) {
  let connection = connections.find((each) => each.url === url && each.token === token && each.fits(member.view));
  if (!connection) {
    connection = new SharedConnection(url, token, socketClass);
    connections.push(connection);
  }
  const joined = connection;
  joined.add(member);
  return { service: joined.service, leave: () => joined.remove(member) };
}

/** Tests whether a view has a metric. @param {View} view @param {string} name */
export function accepts({ metrics }, name) {
  return metrics.length === 0 || metrics.some((each) => each === name || (each.endsWith('*') && name.startsWith(each.slice(0, -1))));
}
