import { Eviction, INACTIVE_SECONDS } from './eviction.js';
import { compareNames } from './format.js';
import { HostModel } from './host-model.js';
import { MetricGroup } from './metric-group.js';
import { MAX_AHEAD_SECONDS, sampleTime } from './sample-time.js';
import { UnshownNames } from './unshown-names.js';

/**
 * All data of the page. Metrics of the system panels are stored by host. All others are stored by channel and metric name.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */

/** The limits below bound the memory of a page that is connected to a fleet, or to a server that invents names. */
const MAX_HOSTS = 64;
export const MAX_GROUPS = 100;
export const MAX_SERIES = 200;
export const MAX_DESCRIBED_NAMES = 5_000;

/** The gauges that the server derives from some histograms. With the mean among them, a chart of the histogram would repeat one. */
const DERIVED_GAUGES = ['min', 'max', 'avg', 'p50', 'p95', 'p99'];

export class Store {
  /** @type {Map<string, HostModel>} by the tag `host` */
  #hosts = new Map();
  /** @type {Map<string, Map<string, MetricGroup>>} by channel and metric name */
  #groups = new Map();
  /** The channels with more series than the page shows. @type {Set<string>} */
  overflowing = new Set();
  /** The units and descriptions, by channel and metric name. @type {Map<string, import('@greenlang/metrics-client').MetricMetadata>} */
  #metadata = new Map();
  /** The number of metrics of hosts above the limit. */
  ignored = 0;
  /** @type {Map<string, Eviction>} by channel */
  #evictions = new Map();
  #windowSeconds = 300;
  /** @type {import('./time-range.js').Range | null} */
  #pinned = null;
  #unshown = new UnshownNames();
  #serverNow;
  #isWanted;

  /**
   * @param {() => number} serverNow returns the server's time in seconds
   * @param {(panel: import('./search.js').Searchable) => boolean} [isWanted] tests whether the user looks for a chart, which then takes the
   *     place of another one
   */
  constructor(serverNow, isWanted = () => false) {
    this.#serverNow = serverNow;
    this.#isWanted = isWanted;
  }

  /** @returns {string[]} in alphabetical order */
  get hostNames() {
    return [...this.#hosts.keys()].sort(compareNames);
  }

  /** @param {string | null} name */
  host(name) {
    return name === null ? undefined : this.#hosts.get(name);
  }

  /**
   * Returns the groups of a channel that have a chart, in alphabetical order.
   *
   * @param {string} channel
   * @returns {MetricGroup[]}
   */
  groups(channel) {
    const groups = this.#groups.get(channel) ?? new Map();
    const isRepeated = (/** @type {MetricGroup} */ { isHistogram, panel }) =>
      isHistogram && DERIVED_GAUGES.every((statistic) => groups.has(`${panel.title}.${statistic}`));
    return [...groups.values()].filter((group) => !isRepeated(group)).sort((a, b) => compareNames(a.panel.title, b.panel.title));
  }

  /** Returns the number of names that have no chart, because a channel has more than the page shows. @param {string} channel */
  unshownCount(channel) {
    return this.#unshown.count(channel);
  }

  /** The tag keys of the series that are not of the system panels. @returns {Set<string>} */
  get tagKeys() {
    const groups = [...this.#groups.values()].flatMap((each) => [...each.values()]);
    return new Set(groups.flatMap(({ panel }) => panel.series.flatMap(({ tags }) => Object.keys(tags ?? {}))));
  }

  /** The latest time of all data, so that all charts show the same window; undefined before the first metric. */
  get latestTime() {
    const times = this.#allTimeSeries().map(({ latestTime }) => latestTime).filter((time) => time !== undefined);
    return times.length ? Math.max(...times) : undefined;
  }

  /** The oldest time of all data; undefined before the first metric. */
  get oldestTime() {
    const times = this.#allTimeSeries().map(({ oldestTime }) => oldestTime).filter((time) => time !== undefined);
    return times.length ? Math.min(...times) : undefined;
  }

  /**
   * Adds a live metric.
   *
   * @param {Metric} metric
   * @param {number} arrival milliseconds on a monotonic clock
   * @param {boolean} [isStored] false if the charts show no live values; then the metric only makes its chart known
   */
  add(metric, arrival, isStored = true) {
    const time = sampleTime(metric, this.#serverNow());
    if (!HostModel.accepts(metric)) {
      if (!this.#addToGroup(metric, time, isStored) && !(isStored && this.#evictInactiveSeries(metric.channel) && this.#addToGroup(metric, time, isStored))) {
        this.overflowing.add(metric.channel);
      }
      return;
    }
    const host = this.#findOrCreateHost(metric.tags?.host ?? '', arrival);
    if (host) {
      host.lastMetricAt = arrival;
      if (isStored) {
        host.add(metric, time);
      }
    } else {
      this.ignored++;
    }
  }

  /** Gives the names that the user looks for their charts. History and the next values fill them. */
  showWanted() {
    this.#unshown.all.filter((metric) => this.#isWantedMetric(metric)).forEach((metric) => this.add(metric, performance.now(), false));
  }

  /**
   * Stores the unit and the description of a metric. The server sends them before its first sample.
   *
   * @param {import('@greenlang/metrics-client').MetricMetadata} metadata
   */
  describe(metadata) {
    const key = metadataKey(metadata);
    if (this.#metadata.size < MAX_DESCRIBED_NAMES || this.#metadata.has(key)) {
      this.#metadata.set(key, metadata);
    }
    this.#groups.get(metadata.channel)?.get(metadata.name)?.describe(metadata);
  }

  /** Adds metrics from history. @param {Metric[]} metrics of one channel, in time order */
  addHistory(metrics) {
    const end = this.#serverNow() + MAX_AHEAD_SECONDS;
    const shownMetrics = metrics.filter(({ timestamp }) => Date.parse(timestamp) / 1000 <= end);
    const systemMetrics = shownMetrics.filter(HostModel.accepts);
    const otherMetrics = shownMetrics.filter((metric) => !HostModel.accepts(metric));
    for (const [name, hostMetrics] of groupBy(systemMetrics, ({ tags }) => tags?.host ?? '')) {
      this.#findOrCreateHost(name, performance.now())?.addHistory(hostMetrics);
    }
    for (const [, groupMetrics] of groupBy(otherMetrics, ({ name }) => name)) {
      this.#findOrCreateGroup(groupMetrics[0])?.addHistory(groupMetrics, (group) => this.#reserveLine(groupMetrics[0].channel, group));
    }
    this.#allTimeSeries().forEach((timeSeries) => timeSeries.closeFilledGaps());
  }

  /** Breaks the lines of a channel whose metrics may be missing. @param {string} channel */
  breakLines(channel) {
    for (const { timeSeries, resetCounters } of this.#channelData(channel)) {
      timeSeries.forEach((each) => each.breakLine());
      resetCounters();
    }
  }

  /**
   * Sets the window and the pinned range.
   *
   * @param {number} windowSeconds
   * @param {import('./time-range.js').Range | null} pinned the range that the user is viewing, which must not be evicted
   */
  setRetention(windowSeconds, pinned) {
    this.#windowSeconds = windowSeconds;
    this.#pinned = pinned;
    this.#allTimeSeries().forEach((timeSeries) => timeSeries.setRetention(windowSeconds, pinned));
  }

  /** Removes all values. The hosts, charts and lines stay: the page then shows other values of the same series. */
  clearValues() {
    this.#hosts.forEach((host) => host.clearValues());
    this.#groups.forEach((groups) => groups.forEach((group) => group.clearValues()));
  }

  /** Removes the data of a channel, or all data. @param {string} [channel] */
  clear(channel) {
    if (channel === undefined || this.#channelData(channel).some(({ isSystem }) => isSystem)) {
      this.#hosts.clear();
    }
    this.#unshown.clear(channel);
    if (channel === undefined) {
      this.#groups.clear();
      this.overflowing.clear();
    } else {
      this.#groups.delete(channel);
      this.overflowing.delete(channel);
    }
  }

  #allTimeSeries() {
    return [...this.#hosts.values()].flatMap((host) => [...host.seriesByPanel.values()]).concat(
      [...this.#groups.values()].flatMap((groups) => [...groups.values()].map((group) => group.timeSeries)),
    );
  }

  /** @param {string} channel */
  #channelData(channel) {
    const hosts = channel === 'system.metrics' ? [...this.#hosts.values()] : [];
    const groups = [...(this.#groups.get(channel)?.values() ?? [])];
    return [
      ...hosts.map((host) => ({ isSystem: true, timeSeries: [...host.seriesByPanel.values()], resetCounters: () => host.resetCounters() })),
      ...groups.map((group) => ({ isSystem: false, timeSeries: [group.timeSeries], resetCounters: () => group.resetCounters() })),
    ];
  }

  /** @param {Metric} metric @param {number} time @param {boolean} isStored @returns {boolean} false if the limits are reached */
  #addToGroup(metric, time, isStored) {
    return this.#findOrCreateGroup(metric)?.add(metric, time, (group) => this.#reserveLine(metric.channel, group), isStored) ?? false;
  }

  /**
   * Reserves a line for another series of a metric, so that each name of a channel has a fair share of the lines. If the channel is full,
   * the metric with the most lines gives up one.
   *
   * @param {string} channel
   * @param {MetricGroup} group
   * @returns {boolean} false if the metric has its share
   */
  #reserveLine(channel, group) {
    const groups = [...(this.#groups.get(channel)?.values() ?? [])];
    if (groups.reduce((sum, each) => sum + each.size, 0) < MAX_SERIES) {
      return true;
    }
    const share = Math.max(1, Math.floor(MAX_SERIES / groups.length));
    const largest = groups.reduce((a, b) => (b.size > a.size ? b : a));
    if (group.size >= share || largest.size <= share) {
      return false;
    }
    largest.removeLast();
    return true;
  }

  /**
   * Evicts series that have been inactive for long, such as those of a deleted pod.
   *
   * It evicts nothing while the user is viewing a pinned range, and it tries at most once per interval.
   *
   * @param {string} channel the channel that needs capacity
   * @returns {boolean} true if series were evicted
   */
  #evictInactiveSeries(channel) {
    const groups = this.#groups.get(channel) ?? new Map();
    const eviction = this.#evictions.get(channel) ?? new Eviction();
    this.#evictions.set(channel, eviction);
    if (this.#pinned !== null || !eviction.evict([...groups.values()], this.#serverNow(), this.#windowSeconds)) {
      return false;
    }
    [...groups].filter(([, group]) => group.size === 0).forEach(([name]) => groups.delete(name));
    this.overflowing.delete(channel);
    return true;
  }

  /** @param {Metric} metric @returns {MetricGroup | undefined} undefined if the limits are reached */
  #findOrCreateGroup(metric) {
    const groups = this.#groups.get(metric.channel) ?? new Map();
    this.#groups.set(metric.channel, groups);
    const existing = groups.get(metric.name);
    if (existing) {
      return existing;
    }
    if (groups.size >= MAX_GROUPS && !(this.#isWantedMetric(metric) && this.#removeUnwanted(groups))) {
      this.#unshown.add(metric);
      return undefined;
    }
    this.#unshown.delete(metric);
    const group = new MetricGroup(metric, this.#metadata.get(metadataKey(metric)));
    group.timeSeries.setRetention(this.#windowSeconds, this.#pinned);
    groups.set(metric.name, group);
    return group;
  }

  /** @param {Metric} metric */
  #isWantedMetric({ channel, name, tags }) {
    const description = this.#metadata.get(metadataKey({ channel, name }))?.description;
    return this.#isWanted({ id: `${channel}/${name}`, title: name, description, series: [{ metric: name, tags }] });
  }

  /** Removes a group that the user does not look for. @param {Map<string, MetricGroup>} groups @returns {boolean} false if there is none */
  #removeUnwanted(groups) {
    const unwanted = [...groups.values()].findLast(({ panel }) => !this.#isWanted(panel));
    unwanted && this.#unshown.add(unwanted.metric);
    return unwanted !== undefined && groups.delete(unwanted.metric.name);
  }

  /**
   * @param {string} name
   * @param {number} now
   * @returns {HostModel | null} null if the limit is reached
   */
  #findOrCreateHost(name, now) {
    const existing = this.#hosts.get(name);
    if (existing) {
      return existing;
    }
    if (this.#hosts.size >= MAX_HOSTS && !this.#evictInactiveHost(now)) {
      return null;
    }
    const host = new HostModel();
    host.seriesByPanel.forEach((timeSeries) => timeSeries.setRetention(this.#windowSeconds, this.#pinned));
    host.lastMetricAt = now;
    this.#hosts.set(name, host);
    return host;
  }

  /** Evicts one host that has been inactive for long. @param {number} now @returns {boolean} true if a host was evicted */
  #evictInactiveHost(now) {
    for (const [name, host] of this.#hosts) {
      if (now - host.lastMetricAt > INACTIVE_SECONDS * 1000) {
        return this.#hosts.delete(name);
      }
    }
    return false;
  }
}

/** Returns a key for a name on a channel, which cannot contain a space. @param {{channel: string, name: string}} metric */
function metadataKey({ channel, name }) {
  return `${channel} ${name}`;
}

/**
 * @param {Metric[]} metrics
 * @param {(metric: Metric) => string} keyOf
 * @returns {Map<string, Metric[]>}
 */
function groupBy(metrics, keyOf) {
  /** @type {Map<string, Metric[]>} */
  const groups = new Map();
  for (const metric of metrics) {
    const key = keyOf(metric);
    const group = groups.get(key);
    if (group) {
      group.push(metric);
    } else {
      groups.set(key, [metric]);
    }
  }
  return groups;
}
