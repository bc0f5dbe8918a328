import { CounterRate } from './counter-rate.js';
import { PANELS } from './panels.js';
import { Spokesman } from './spokesman.js';
import { Track } from './track.js';

/** Metrics that no chart draws but a tile mentions: "8 cores", "7.8 of 15.6 GiB". */
const FACTS = new Set(['cpu.count', 'memory.total', 'memory.used', 'disk.total', 'disk.used']);

/** Where a metric's samples go. */
const ROUTES = new Map(
  PANELS.flatMap((panel) =>
    panel.series.map((series, index) => [series.metric, { panel: panel.id, index, isRate: series.reading === 'rate' }]),
  ),
);

/** One machine's recent past. */
export class Host {
  /** When it was last heard of, on this page's clock and not on the server's. */
  heardAt = 0;

  #tracks = new Map(PANELS.map((panel) => [panel.id, new Track(panel.series.length)]));
  #rates = new Map([...ROUTES].filter(([, route]) => route.isRate).map(([metric]) => [metric, new CounterRate()]));
  /** @type {Map<string, number>} */
  #facts = new Map();
  #spokesman = new Spokesman();

  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }

  /** @param {import('./messages.js').Sample} sample */
  add(sample) {
    const route = ROUTES.get(sample.name);
    if (!route && !FACTS.has(sample.name)) {
      return;
    }
    const verdict = this.#spokesman.judge(sample);
    if (verdict === 'no') {
      return;
    }
    if (!route) {
      this.#facts.set(sample.name, sample.value);
      return;
    }
    const rate = this.#rates.get(sample.name);
    if (verdict === 'new') {
      rate?.forget(); // another series' total is no baseline for this one
    }
    const value = rate ? rate.next(sample.time, sample.value) : sample.value;
    if (value !== undefined) {
      this.track(route.panel).put(route.index, sample.time, value);
    }
  }

  /** Samples may have been missed: lines break, and rates start anew. */
  breakLines() {
    this.#tracks.forEach((track) => track.breakLine());
    this.#rates.forEach((rate) => rate.forget());
  }

  /**
   * @param {string} panel its id
   * @returns {Track}
   */
  track(panel) {
    return /** @type {Track} */ (this.#tracks.get(panel));
  }

  /** @param {string} name */
  fact(name) {
    return this.#facts.get(name);
  }

  /** The newest moment of all panels, so that all charts show the same window. Undefined before the first sample. */
  get newest() {
    const times = [...this.#tracks.values()].map((track) => track.newest).filter((time) => time !== undefined);
    return times.length ? Math.max(...times) : undefined;
  }
}
