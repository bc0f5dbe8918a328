import type { StreamPosition } from './messages.js';
import type { Metric } from './types.js';

/**
 * A tracker of the received part of one channel. It knows where to resume after a lost connection and filters out duplicates
 * of a replay.
 *
 * A publication can span several frames, and a connection can break between them. All of them but the last carry the offset of
 * the previous publication. The resume position therefore names a complete publication. The tracker remembers what it received
 * after that. The server replays it, and the tracker drops the metrics that it already knows.
 *
 * Windows of an aggregated subscription that close together form one group in the same way. Each frame carries the offset of its
 * own series, so the start of the window identifies the group.
 */
export class PositionTracker {
  readonly #epoch: StreamPosition['epoch'];
  /** The offset up to which every publication was received completely. */
  #completeOffset: number;
  /** The offset up to which every frame was received. At first, no frame with the offset of the position was. */
  #receivedOffset: number;
  #latestOffset: number;
  /** The publication or window whose frames are currently arriving. */
  #group: string | number | undefined;
  /** The metrics received after `#receivedOffset`: at most one publication or one window. */
  #partialGroup: Metric[] = [];
  /** The metrics that a replay can repeat, each with the number of duplicates to drop; null outside a replay. */
  #expectedDuplicates: Map<string, number> | null = null;
  #replayFloor = -1;

  constructor({ epoch, offset }: StreamPosition) {
    this.#epoch = epoch;
    this.#completeOffset = offset;
    this.#receivedOffset = offset - 1;
    this.#latestOffset = offset;
  }

  /** The position to resume from. The server replays everything after it. */
  get resumePosition(): StreamPosition {
    return { epoch: this.#epoch, offset: this.#completeOffset };
  }

  /** Prepares for a replay from the resume position. */
  startReplay(): void {
    this.#replayFloor = this.#receivedOffset;
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
      this.#complete();
      this.#group = group;
    }
    this.#latestOffset = Math.max(this.#latestOffset, offset);
    if (isComplete && !metrics[0]?.interval) {
      this.#complete();
    } else if (offset > this.#receivedOffset) {
      this.#partialGroup.push(...newMetrics);
    }
  }

  /** Records that everything up to the latest offset was received. */
  #complete(): void {
    this.#completeOffset = this.#latestOffset;
    this.#receivedOffset = this.#latestOffset;
    this.#partialGroup = [];
  }

  /** Tests for a merged value of a lagging client. Merged values carry the offsets of their own series, in no order. */
  #isOutOfOrder(metrics: Metric[], offset: number): boolean {
    return !metrics[0]?.interval && offset < this.#latestOffset;
  }
}

function metricKey({ name, timestamp, tags, interval }: Metric): string {
  return JSON.stringify([name, timestamp, interval, Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
