import { tagsKey } from './counter-rate.js';
import { sampleTime } from './sample-time.js';

/** @typedef {import('./annotations.js').Annotation} Annotation */

const MAX_EVENTS = 1_000;
const MAX_KIND_LENGTH = 40;

/** The age up to which an event that arrives is new to the user. */
const NEW_SECONDS = 30;

/** The events of the application. */
export class EventStore {
  /** @type {Map<string, Annotation>} by channel, tags and the application's time, which stays the same in each delivery */
  #events = new Map();

  /** @returns {Annotation[]} in any order */
  get all() {
    return [...this.#events.values()];
  }

  /**
   * Adds events. A group of series has lost its texts, so its metrics are not events.
   *
   * @param {import('@greenlang/metrics-client').Metric[]} metrics
   * @param {number} now the server's time in seconds
   * @returns {Annotation[]} those that are not known yet
   */
  add(metrics, now) {
    /** @type {Annotation[]} */
    const added = [];
    for (const metric of metrics) {
      const { text, kind } = metric.tags ?? {};
      const key = `${metric.channel} ${Date.parse(metric.timestamp)} ${tagsKey(metric.tags)}`;
      if (text && !this.#events.has(key)) {
        const event = { time: sampleTime(metric, now), text, kind: (kind || 'event').slice(0, MAX_KIND_LENGTH), channel: metric.channel };
        this.#events.set(key, event);
        added.push(event);
      }
    }
    if (this.#events.size > MAX_EVENTS) { // history adds older events after newer ones
      this.#events = new Map([...this.#events].sort(([, a], [, b]) => a.time - b.time).slice(-MAX_EVENTS));
    }
    return added;
  }

  clear() {
    this.#events.clear();
  }
}

/** Tests whether an event that arrives is new to the user. @param {Annotation} event @param {number} now the server's time in seconds */
export function isNew({ time }, now) {
  return time > now - NEW_SECONDS;
}
