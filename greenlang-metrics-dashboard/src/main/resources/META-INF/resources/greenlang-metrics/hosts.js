import { Host } from './host.js';
import { WINDOW_SECONDS } from './track.js';

/** A page that is pointed at a fleet, or at a server that invents names, must not grow without end. */
const MAX_HOSTS = 64;

/** The machines that the server speaks of, told apart by the tag `host`. */
export class Hosts {
  /** @type {Map<string, Host>} */
  #hosts = new Map();
  /** Samples of hosts beyond the limit. */
  ignored = 0;

  /** @returns {string[]} in alphabetical order */
  get names() {
    return [...this.#hosts.keys()].sort((a, b) => a.localeCompare(b));
  }

  /** @param {string | null} name */
  get(name) {
    return name === null ? undefined : this.#hosts.get(name);
  }

  /**
   * @param {import('./messages.js').Sample} sample
   * @param {number} now milliseconds on any steady clock
   */
  add(sample, now) {
    const host = this.#host(sample.tags.host ?? '', now);
    if (!host) {
      this.ignored++;
      return;
    }
    host.heardAt = now;
    host.add(sample);
  }

  breakLines() {
    this.#hosts.forEach((host) => host.breakLines());
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
    const host = new Host(name);
    this.#hosts.set(name, host);
    return host;
  }

  /** Makes room by dropping a host whose whole window has passed. @param {number} now */
  #evictSilent(now) {
    for (const [name, host] of this.#hosts) {
      if (now - host.heardAt > WINDOW_SECONDS * 1000) {
        return this.#hosts.delete(name);
      }
    }
    return false;
  }
}
