import type { BufferFilter, Metric } from './types.js';

/** The last so many metrics: a ring. */
export class MetricBuffer {
  #ring: Metric[] = [];
  /** Where the oldest is, once the ring is full. */
  #oldest = 0;

  constructor(private readonly size: number) {}

  add(metric: Metric): void {
    if (this.#ring.length < this.size) {
      this.#ring.push(metric);
    } else if (this.size > 0) {
      this.#ring[this.#oldest] = metric;
      this.#oldest = (this.#oldest + 1) % this.size;
    }
  }

  clear(): void {
    this.#ring = [];
    this.#oldest = 0;
  }

  /** Oldest first. */
  read({ channel, name, tags = {} }: BufferFilter = {}): Metric[] {
    const wanted = Object.entries(tags);
    return [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)].filter(
      (metric) =>
        (channel === undefined || metric.channel === channel) &&
        (name === undefined || metric.name === name) &&
        wanted.every(([key, value]) => metric.tags?.[key] === value),
    );
  }
}
