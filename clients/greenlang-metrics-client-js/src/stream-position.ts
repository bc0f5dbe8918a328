import type { StreamPosition } from './messages.js';
import type { Metric } from './types.js';

/**
 * A tracker of the received part of one channel. It knows where to resume after a lost connection and filters out duplicates
 * of a replay.
 *
 * A publication can span several frames with the same offset, and a connection can break between them. The resume position
 * therefore names the last complete publication. The tracker remembers the received part of the next one. The server replays
 * that publication, and the tracker drops the metrics that it already knows.
 *
 * Windows of an aggregated subscription that close together form one group in the same way. Each frame carries the offset of its
 * own series, so the start of the window identifies the group.
 */
export class PositionTracker {
  readonly #epoch: StreamPosition['epoch'];
  /** The offset up to which every publication was received completely. */
  #completeOffset: number;
  #latestOffset: number;
  /** The publication or window whose frames are currently arriving. */
  #group: string | number | undefined;
  /** The metrics received after `#completeOffset`: at most one publication or one window. */
  #partialGroup: Metric[] = [];
  /** The metrics that a replay can repeat, each with the number of duplicates to drop; null outside a replay. */
  #expectedDuplicates: Map<string, number> | null = null;
  #replayFloor = -1;

  constructor({ epoch, offset }: StreamPosition) {
    this.#epoch = epoch;
    this.#completeOffset = offset;
    this.#latestOffset = offset;
  }

  /** The position to resume from. The server replays everything after it. */
  get resumePosition(): StreamPosition {
    return { epoch: this.#epoch, offset: this.#completeOffset };
  }

  /** Prepares for a replay from the resume position. */
  startReplay(): void {
    this.#replayFloor = this.#completeOffset;
    this.#expectedDuplicates = new Map();
    for (const metric of this.#partialGroup) {
      const key = metricKey(metric);
      this.#expectedDuplicates.set(key, (this.#expectedDuplicates.get(key) ?? 0) + 1);
    }
  }

  /** Records a frame and returns those of its metrics that are not duplicates. */
  accept(metrics: Metric[], offset: number, replayed: boolean, isComplete: boolean): Metric[] {
    if (offset <= this.#replayFloor) {
      return [];
    }
    if (!replayed) {
      this.#expectedDuplicates = null;
    }
    const newMetrics = this.#expectedDuplicates ? metrics.filter((metric) => !this.#isDuplicate(metric)) : metrics;
    this.#advance(metrics, newMetrics, offset, isComplete);
    return newMetrics;
  }

  #isDuplicate(metric: Metric): boolean {
    const key = metricKey(metric);
    const count = this.#expectedDuplicates?.get(key) ?? 0;
    if (count > 0) {
      this.#expectedDuplicates?.set(key, count - 1);
    }
    return count > 0;
  }

  #advance(metrics: Metric[], newMetrics: Metric[], offset: number, isComplete: boolean): void {
    const group = metrics[0]?.interval ? metrics[0].timestamp : offset;
    const isNewGroup = group !== this.#group && offset > this.#completeOffset && !this.#isOutOfOrder(metrics, offset);
    if (isNewGroup) {
      this.#completeOffset = this.#latestOffset;
      this.#partialGroup = [];
      this.#group = group;
    }
    this.#latestOffset = Math.max(this.#latestOffset, offset);
    if (isComplete && !metrics[0]?.interval) {
      this.#completeOffset = this.#latestOffset;
      this.#partialGroup = [];
    } else if (offset > this.#completeOffset) {
      this.#partialGroup.push(...newMetrics);
    }
  }

  /** Tests for a merged value of a lagging client. Merged values carry the offsets of their own series, in no order. */
  #isOutOfOrder(metrics: Metric[], offset: number): boolean {
    return !metrics[0]?.interval && offset < this.#latestOffset;
  }
}

function metricKey({ name, timestamp, tags = {}, interval }: Metric): string {
  return JSON.stringify([name, timestamp, interval, Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
