import { Family } from './family.js';
import { Host } from './host.js';

/**
 * Everything that is known of the past, by channel. What does not belong to the system's panels is a family of series.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */

/** A page that is pointed at a fleet, or at a server that invents names, must not grow without end. */
const MAX_HOSTS = 64;
const SILENT_SECONDS = 300;
export const MAX_FAMILIES = 40;
export const MAX_SERIES = 200;

export class Store {
  /** @type {Map<string, Host>} by the tag `host` */
  #hosts = new Map();
  /** @type {Map<string, Map<string, Family>>} by channel and name */
  #families = new Map();
  /** Channels with more series than are shown. @type {Set<string>} */
  overflowing = new Set();
  /** Metrics of hosts beyond the limit. */
  ignored = 0;
  #windowSeconds = 300;
  #holdFrom = Infinity;

  /** @returns {string[]} in alphabetical order */
  get hostNames() {
    return [...this.#hosts.keys()].sort((a, b) => a.localeCompare(b));
  }

  /** @param {string | null} name */
  host(name) {
    return name === null ? undefined : this.#hosts.get(name);
  }

  /** @param {string} channel @returns {Family[]} in alphabetical order */
  families(channel) {
    return [...(this.#families.get(channel)?.values() ?? [])].sort((a, b) => a.panel.title.localeCompare(b.panel.title));
  }

  /** The newest moment of all, so that all charts show the same window. Undefined before the first metric. */
  get newest() {
    const times = this.#tracks().map((track) => track.newest).filter((time) => time !== undefined);
    return times.length ? Math.max(...times) : undefined;
  }

  /** The oldest moment of all. */
  get oldest() {
    const times = this.#tracks().map((track) => track.oldest).filter((time) => time !== undefined);
    return times.length ? Math.min(...times) : undefined;
  }

  /**
   * @param {Metric} metric
   * @param {number} now milliseconds on any steady clock
   */
  add(metric, now) {
    if (!Host.wants(metric)) {
      this.#family(metric)?.add(metric) || this.overflowing.add(metric.channel);
      return;
    }
    const host = this.#host(metric.tags?.host ?? '', now);
    if (host) {
      host.heardAt = now;
      host.add(metric);
    } else {
      this.ignored++;
    }
  }

  /** @param {Metric[]} metrics of one channel, in time order */
  addPast(metrics) {
    const [system, others] = [metrics.filter(Host.wants), metrics.filter((metric) => !Host.wants(metric))];
    for (const [name, group] of groups(system, ({ tags }) => tags?.host ?? '')) {
      this.#host(name, performance.now())?.addPast(group);
    }
    for (const [, group] of groups(others, ({ name }) => name)) {
      this.#family(group[0])?.addPast(group);
    }
    this.#tracks().forEach((track) => track.settleGaps());
  }

  /** @param {string} channel whose metrics may have been missed: lines break */
  breakLines(channel) {
    for (const { tracks, forget } of this.#owners(channel)) {
      tracks.forEach((track) => track.breakLine());
      forget();
    }
  }

  /**
   * @param {number} windowSeconds
   * @param {number} holdFrom what is not forgotten while the reader looks at it; Infinity while not paused
   */
  retain(windowSeconds, holdFrom) {
    this.#windowSeconds = windowSeconds;
    this.#holdFrom = holdFrom;
    this.#tracks().forEach((track) => track.retain(windowSeconds, holdFrom));
  }

  /** @param {string} [channel] by default all */
  clear(channel) {
    if (channel === undefined || this.#owners(channel).some(({ isSystem }) => isSystem)) {
      this.#hosts.clear();
    }
    if (channel === undefined) {
      this.#families.clear();
      this.overflowing.clear();
    } else {
      this.#families.delete(channel);
      this.overflowing.delete(channel);
    }
  }

  #tracks() {
    return [...this.#hosts.values()].flatMap((host) => [...host.tracks.values()]).concat(
      [...this.#families.values()].flatMap((families) => [...families.values()].map((family) => family.track)),
    );
  }

  /** @param {string} channel */
  #owners(channel) {
    const hosts = channel === 'system.metrics' ? [...this.#hosts.values()] : [];
    const families = [...(this.#families.get(channel)?.values() ?? [])];
    return [
      ...hosts.map((host) => ({ isSystem: true, tracks: [...host.tracks.values()], forget: () => host.forgetTotals() })),
      ...families.map((family) => ({ isSystem: false, tracks: [family.track], forget: () => family.forgetTotals() })),
    ];
  }

  /** @param {Metric} metric @returns {Family | undefined} undefined beyond the limits */
  #family(metric) {
    const families = this.#families.get(metric.channel) ?? new Map();
    this.#families.set(metric.channel, families);
    const known = families.get(metric.name);
    if (known) {
      return known;
    }
    const series = [...families.values()].reduce((sum, family) => sum + family.size, 0);
    if (families.size >= MAX_FAMILIES || series >= MAX_SERIES) {
      return undefined;
    }
    const family = new Family(metric);
    family.track.retain(this.#windowSeconds, this.#holdFrom);
    families.set(metric.name, family);
    return family;
  }

  /**
   * @param {string} name
   * @param {number} now
   */
  #host(name, now) {
    const known = this.#hosts.get(name);
    if (known) {
      return known;
    }
    if (this.#hosts.size >= MAX_HOSTS && !this.#evictSilent(now)) {
      return null;
    }
    const host = new Host();
    host.tracks.forEach((track) => track.retain(this.#windowSeconds, this.#holdFrom));
    host.heardAt = now;
    this.#hosts.set(name, host);
    return host;
  }

  /** Makes room by dropping a host that has long been silent. @param {number} now */
  #evictSilent(now) {
    for (const [name, host] of this.#hosts) {
      if (now - host.heardAt > SILENT_SECONDS * 1000) {
        return this.#hosts.delete(name);
      }
    }
    return false;
  }
}

/**
 * @param {Metric[]} metrics
 * @param {(metric: Metric) => string} keyOf
 * @returns {Map<string, Metric[]>}
 */
function groups(metrics, keyOf) {
  /** @type {Map<string, Metric[]>} */
  const found = new Map();
  for (const metric of metrics) {
    const key = keyOf(metric);
    const group = found.get(key);
    if (group) {
      group.push(metric);
    } else {
      found.set(key, [metric]);
    }
  }
  return found;
}
