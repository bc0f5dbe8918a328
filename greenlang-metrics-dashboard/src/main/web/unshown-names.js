/** The maximum number of names. It bounds the memory of a page whose server invents names. */
const MAX_NAMES = 5_000;

/**
 * The names that have no chart, because their channel has more names than the page has charts. Each has its last metric, with which its
 * chart begins when the user searches for it.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */
export class UnshownNames {
  /** @type {Map<string, Map<string, Metric>>} by channel and name */
  #metrics = new Map();

  /** @returns {Metric[]} one of each name */
  get all() {
    return [...this.#metrics.values()].flatMap((names) => [...names.values()]);
  }

  /** @param {string} channel */
  count(channel) {
    return this.#metrics.get(channel)?.size ?? 0;
  }

  /** @param {Metric} metric */
  add(metric) {
    const names = this.#metrics.get(metric.channel) ?? new Map();
    this.#metrics.set(metric.channel, names);
    if (names.size < MAX_NAMES || names.has(metric.name)) {
      names.set(metric.name, metric);
    }
  }

  /** @param {Metric} metric */
  delete({ channel, name }) {
    this.#metrics.get(channel)?.delete(name);
  }

  /** Removes the names of a channel, or all names. @param {string} [channel] */
  clear(channel) {
    if (channel === undefined) {
      this.#metrics.clear();
    } else {
      this.#metrics.delete(channel);
    }
  }
}
