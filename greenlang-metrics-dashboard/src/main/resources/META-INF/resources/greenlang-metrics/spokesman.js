/**
 * Chooses, for each metric name of a host, the one series that speaks for the host.
 *
 * A host may report `disk.percent` for each mount, or `network.bytes_sent` for each interface, beside the total. Drawn on one
 * line these would jump back and forth. The series with the fewest tags is the broadest one, so it speaks; another may only
 * take over when it has fallen silent.
 */
export class Spokesman {
  /** @type {Map<string, {tags: string, breadth: number, time: number}>} by metric name */
  #chosen = new Map();

  /**
   * @param {import('./messages.js').Sample} sample
   * @returns {'same' | 'new' | 'no'} `new` when this sample's series has just become the one that speaks
   */
  judge({ name, tags, time }) {
    const entries = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
    const candidate = { tags: JSON.stringify(entries), breadth: entries.length, time };
    const current = this.#chosen.get(name);
    if (current?.tags === candidate.tags) {
      current.time = time;
      return 'same';
    }
    if (current && candidate.breadth >= current.breadth && time - current.time < SILENCE_SECONDS) {
      return 'no';
    }
    this.#chosen.set(name, candidate);
    return 'new';
  }
}

const SILENCE_SECONDS = 30;
