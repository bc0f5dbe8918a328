import type { BufferFilter, Metric } from './types.js';

/** A ring buffer that keeps the most recent metrics. */
export class MetricBuffer {
  #ring: Metric[] = [];
  /** The index of the oldest metric once the ring is full. */
  #oldestIndex = 0;

  constructor(private readonly capacity: number) {}

  add(metric: Metric): void {
    if (this.#ring.length < this.capacity) {
      this.#ring.push(metric);
    } else if (this.capacity > 0) {
      this.#ring[this.#oldestIndex] = metric;
      this.#oldestIndex = (this.#oldestIndex + 1) % this.capacity;
    }
  }

  clear(): void {
    this.#ring = [];
    this.#oldestIndex = 0;
  }

  /** Returns the matching metrics, oldest first. */
  read({ channel, name, tags = {} }: BufferFilter = {}): Metric[] {
    const requiredTags = Object.entries(tags);
    return [...this.#ring.slice(this.#oldestIndex), ...this.#ring.slice(0, this.#oldestIndex)].filter(
      (metric) =>
        (channel === undefined || metric.channel === channel) &&
        (name === undefined || metric.name === name) &&
        requiredTags.every(([key, value]) => metric.tags?.[key] === value),
    );
  }
}
