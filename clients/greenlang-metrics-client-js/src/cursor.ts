import type { Position } from './messages.js';
import type { Metric } from './types.js';

/**
 * What has been seen of one channel: enough to ask for the rest after a cut, and to tell a duplicate from news.
 *
 * A publication's metrics may come in several frames with one offset, and a cut may fall between them. So `since` names the
 * last publication that came whole, and what had come of the next one is remembered: the server plays that one again, and
 * what is known of it is left out. The windows of an aggregated view end together likewise; there the window's start says
 * which frames belong together, since each carries the offset of its own series.
 */
export class Cursor {
  readonly #epoch: Position['epoch'];
  /** Everything up to here was seen. */
  #whole: number;
  #newest: number;
  /** Which frames belong to what is coming just now. */
  #group: string | number | undefined;
  /** What came after `#whole`. Bounded by one publication, or one window. */
  #tail: Metric[] = [];
  /** While a replay may repeat what was seen: how often each metric may come before it is news. */
  #known: Map<string, number> | null = null;
  #floor = -1;

  constructor({ epoch, offset }: Position) {
    this.#epoch = epoch;
    this.#whole = offset;
    this.#newest = offset;
  }

  /** After which everything has to come again. */
  get since(): Position {
    return { epoch: this.#epoch, offset: this.#whole };
  }

  /** A replay from `since` begins. */
  replay(): void {
    this.#floor = this.#whole;
    this.#known = new Map();
    for (const metric of this.#tail) {
      const key = keyOf(metric);
      this.#known.set(key, (this.#known.get(key) ?? 0) + 1);
    }
  }

  /** The metrics of a frame that have not been seen before. */
  accept(metrics: Metric[], offset: number, replayed: boolean, isWhole: boolean): Metric[] {
    if (offset <= this.#floor) {
      return [];
    }
    if (!replayed) {
      this.#known = null;
    }
    const fresh = this.#known ? metrics.filter((metric) => !this.#isKnown(metric)) : metrics;
    this.#advance(metrics, fresh, offset, isWhole);
    return fresh;
  }

  #isKnown(metric: Metric): boolean {
    const key = keyOf(metric);
    const times = this.#known?.get(key) ?? 0;
    if (times > 0) {
      this.#known?.set(key, times - 1);
    }
    return times > 0;
  }

  #advance(metrics: Metric[], fresh: Metric[], offset: number, isWhole: boolean): void {
    const group = metrics[0]?.interval ? metrics[0].timestamp : offset;
    const isNewGroup = group !== this.#group && offset > this.#whole && !this.#isOld(metrics, offset);
    if (isNewGroup) {
      this.#whole = this.#newest;
      this.#tail = [];
      this.#group = group;
    }
    this.#newest = Math.max(this.#newest, offset);
    if (isWhole && !metrics[0]?.interval) {
      this.#whole = this.#newest;
      this.#tail = [];
    } else if (offset > this.#whole) {
      this.#tail.push(...fresh);
    }
  }

  /** Merged values of a client that was late come with the offsets of their own series, in no order. */
  #isOld(metrics: Metric[], offset: number): boolean {
    return !metrics[0]?.interval && offset < this.#newest;
  }
}

function keyOf({ name, timestamp, tags = {}, interval }: Metric): string {
  return JSON.stringify([name, timestamp, interval, Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
