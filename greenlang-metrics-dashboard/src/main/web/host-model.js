import { DISK, FACTS, PANELS, SYSTEM, columnsOf } from './panels.js';
import { Reader, tagsKey } from './reading.js';
import { Spokesman } from './spokesman.js';
import { Track } from './track.js';

/**
 * One machine's recent past: a track for each of the system's panels, and the newest of its plain figures.
 *
 * @typedef {import('@greenlang/metrics-client').Metric} Metric
 */

const ROUTES = new Map([...PANELS, DISK].flatMap((panel) => panel.series.map((series, index) => [series.metric, { panel, index }])));

export class Host {
  /** By panel. */
  tracks = new Map([...PANELS, DISK].map((panel) => [panel.id, new Track(columnsOf(panel))]));
  /** @type {Map<string, number>} */
  facts = new Map();
  #spokesman = new Spokesman();
  /** @type {Map<string, Reader>} */
  #readers = new Map();
  heardAt = 0;

  /** @param {Metric} metric @returns {boolean} whether the system's panels are its place */
  static wants(metric) {
    return metric.channel === SYSTEM && (ROUTES.has(metric.name) || FACTS.includes(metric.name));
  }

  /** @param {Metric} metric */
  add(metric) {
    const verdict = this.#spokesman.judge(metric);
    if (verdict === 'no') {
      return;
    }
    const route = ROUTES.get(metric.name);
    if (!route) {
      this.facts.set(metric.name, metric.value);
      return;
    }
    if (verdict === 'new') {
      this.#readers.delete(metric.name); // another series' total is no baseline for this one
    }
    let reader = this.#readers.get(metric.name);
    if (!reader) {
      this.#readers.set(metric.name, (reader = new Reader()));
    }
    this.#put(route, reader.read(metric), 'put');
  }

  /** @param {Metric[]} metrics in time order */
  addPast(metrics) {
    /** @type {Map<string, Reader>} */
    const readers = new Map();
    for (const metric of metrics) {
      const route = ROUTES.get(metric.name);
      if (route && this.#spokesman.isSpeaking(metric)) {
        const key = metric.name + tagsKey(metric.tags);
        const reader = readers.get(key) ?? new Reader();
        readers.set(key, reader);
        this.#put(route, reader.read(metric), 'putPast');
      }
    }
  }

  /** A total before a gap and one after it have no rate: a mean over the outage is that of no moment. */
  forgetTotals() {
    this.#readers.clear();
  }

  /**
   * @param {{panel: import('./panels.js').Panel, index: number}} route
   * @param {import('./reading.js').Reading | null} reading
   * @param {'put' | 'putPast'} how
   */
  #put({ panel, index }, reading, how) {
    const track = /** @type {Track} */ (this.tracks.get(panel.id));
    if (!reading) {
      return;
    }
    track[how](index, reading.time, reading.value);
    if (panel.band && reading.min !== undefined && reading.max !== undefined) {
      track[how](panel.series.length, reading.time, reading.min);
      track[how](panel.series.length + 1, reading.time, reading.max);
    }
  }
}
