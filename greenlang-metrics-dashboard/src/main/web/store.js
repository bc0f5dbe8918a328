import { Family } from './family.js';
import { byName } from './format.js';
import { Host } from './host.js';

/**
 * Everything that is known of the past, by channel. What does not belong to the system's panels is a family of series.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */

/** A page that is pointed at a fleet, or at a server that invents names, must not grow without end. */
const MAX_HOSTS = 64;
const SILENT_SECONDS = 300;
const LOOK_SECONDS = 10;
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
  /** When room was last looked for, by channel. @type {Map<string, number>} */
  #lookedAt = new Map();
  #windowSeconds = 300;
  /** @type {import('./view.js').Range | null} */
  #held = null;

  /** @returns {string[]} in alphabetical order */
  get hostNames() {
    return [...this.#hosts.keys()].sort(byName);
  }

  /** @param {string | null} name */
  host(name) {
    return name === null ? undefined : this.#hosts.get(name);
  }

  /** @param {string} channel @returns {Family[]} in alphabetical order */
  families(channel) {
    return [...(this.#families.get(channel)?.values() ?? [])].sort((a, b) => byName(a.panel.title, b.panel.title));
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
      if (!this.#addToFamily(metric) && !(this.#dropSilent(metric) && this.#addToFamily(metric))) {
        this.overflowing.add(metric.channel);
      }
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
      this.#family(group[0])?.addPast(group, () => this.#hasRoom(group[0].channel));
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
   * @param {import('./view.js').Range | null} held what is not forgotten while the reader looks at it
   */
  retain(windowSeconds, held) {
    this.#windowSeconds = windowSeconds;
    this.#held = held;
    this.#tracks().forEach((track) => track.retain(windowSeconds, held));
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

  /** @param {Metric} metric @returns {boolean} whether there was room */
  #addToFamily(metric) {
    return this.#family(metric)?.add(metric, () => this.#hasRoom(metric.channel)) ?? false;
  }

  /** @param {string} channel @returns {boolean} whether it may have another series */
  #hasRoom(channel) {
    return [...(this.#families.get(channel)?.values() ?? [])].reduce((sum, family) => sum + family.size, 0) < MAX_SERIES;
  }

  /**
   * Makes room by dropping series that have long been silent, as those of a pod that is gone. Not while the reader looks at
   * some moment, and not at every metric that finds none.
   *
   * @param {Metric} metric that found none
   * @returns {boolean} whether there is any
   */
  #dropSilent({ channel, timestamp }) {
    const now = Date.parse(timestamp) / 1000;
    if (this.#held !== null || Math.abs(now - (this.#lookedAt.get(channel) ?? -Infinity)) < LOOK_SECONDS) {
      return false;
    }
    this.#lookedAt.set(channel, now);
    const families = this.#families.get(channel) ?? new Map();
    const dropped = [...families].filter(([, family]) => family.dropSilent(now - Math.max(SILENT_SECONDS, this.#windowSeconds)));
    dropped.filter(([, family]) => family.size === 0).forEach(([name]) => families.delete(name));
    if (dropped.length > 0) {
      this.overflowing.delete(channel);
    }
    return dropped.length > 0;
  }

  /** @param {Metric} metric @returns {Family | undefined} undefined beyond the limits */
  #family(metric) {
    const families = this.#families.get(metric.channel) ?? new Map();
    this.#families.set(metric.channel, families);
    const known = families.get(metric.name);
    if (known) {
      return known;
    }
    if (families.size >= MAX_FAMILIES || !this.#hasRoom(metric.channel)) {
      return undefined;
    }
    const family = new Family(metric);
    family.track.retain(this.#windowSeconds, this.#held);
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
    host.tracks.forEach((track) => track.retain(this.#windowSeconds, this.#held));
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
