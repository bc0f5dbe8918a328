import { tagsKey } from './reading.js';

/**
 * Chooses, for each metric name of a host, the one series that speaks for the host.
 *
 * A host may report `disk.percent` for each mount, or `network.bytes_sent` for each interface, beside the total. Drawn on one
 * line these would jump back and forth. The series with the fewest tags is the broadest one, so it speaks; another may only
 * take over when it has fallen silent.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */
export class Spokesman {
  /** @type {Map<string, {tags: string, breadth: number, time: number}>} by metric name */
  #chosen = new Map();

  /**
   * @param {Metric} metric
   * @returns {'same' | 'new' | 'no'} `new` when this metric's series has just become the one that speaks
   */
  judge(metric) {
    const time = Date.parse(metric.timestamp) / 1000;
    const candidate = { tags: tagsKey(metric.tags), breadth: Object.keys(metric.tags ?? {}).length, time };
    const current = this.#chosen.get(metric.name);
    if (current?.tags === candidate.tags) {
      current.time = time;
      return 'same';
    }
    if (current && candidate.breadth >= current.breadth && time - current.time < SILENCE_SECONDS) {
      return 'no';
    }
    this.#chosen.set(metric.name, candidate);
    return 'new';
  }

  /** @param {Metric} metric of the past @returns {boolean} whether its series speaks now; if none does yet, it may */
  isSpeaking(metric) {
    const current = this.#chosen.get(metric.name);
    return !current || current.tags === tagsKey(metric.tags);
  }
}

const SILENCE_SECONDS = 30;
