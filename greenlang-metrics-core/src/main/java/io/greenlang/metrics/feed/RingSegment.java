package io.greenlang.metrics.feed;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a ring: some publications' frames in one piece of memory, and where each ends.
 *
 * <p>One thread at a time appends, under the channel's lock; any thread that holds a reference to
 * the {@linkplain #frames frames} reads. {@link #entries} is written last, so whoever reads it
 * first sees all that it counts.
 */
final class RingSegment {

  /** The ring-wide number of this segment's first entry. */
  final long firstSequence;

  final Frames frames;
  private final ByteBuffer memory;

  /** For each entry: the position where it ends. */
  private int[] ends = new int[8];

  /** For each entry: how many frames the feed had made after it. */
  private long[] framesSoFar = new long[8];

  /** For each entry: how many metrics the feed had carried after it. */
  private long[] metrics = new long[8];

  /** For each entry: the offset of its publication. */
  private long[] offsets = new long[8];

  private int written;
  private volatile int entries;

  /** When the last entry came, in monotonic nanoseconds. Only the writer looks at it. */
  long lastWriteNanos;

  /** Cut when this segment leaves the ring, lest a stalled reader keep all later ones alive. */
  volatile @Nullable RingSegment next;

  RingSegment(long firstSequence, ByteBuffer memory, MemoryPool home) {
    this.firstSequence = firstSequence;
    this.memory = memory;
    this.frames = new Frames(memory, home);
  }

  int capacity() {
    return memory.capacity();
  }

  boolean hasRoomFor(FrameBuffer entry) {
    return entry.length() <= memory.capacity() - written;
  }

  void append(FrameBuffer entry, long frameTotal, long metricTotal, long offset, long nowNanos) {
    int index = entries;
    if (index == ends.length) {
      ends = Arrays.copyOf(ends, 2 * index);
      framesSoFar = Arrays.copyOf(framesSoFar, 2 * index);
      metrics = Arrays.copyOf(metrics, 2 * index);
      offsets = Arrays.copyOf(offsets, 2 * index);
    }
    entry.copyTo(memory, written);
    written += entry.length();
    ends[index] = written;
    framesSoFar[index] = frameTotal;
    metrics[index] = metricTotal;
    offsets[index] = offset;
    lastWriteNanos = nowNanos;
    entries = index + 1;
  }

  /** How many entries are readable. Read it before anything below. */
  int entries() {
    return entries;
  }

  /**
   * The last of the entries from {@code first} to before {@code end} until which the feed had made
   * at most {@code maxFrames} frames; {@code first - 1} if there is none.
   */
  int lastWithin(int first, int end, long maxFrames) {
    if (framesSoFar[end - 1] <= maxFrames) {
      return end - 1; // but for clients that may not have all, it is always so
    }
    int low = first;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (framesSoFar[middle] <= maxFrames) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /**
   * The first of the entries from {@code first} to before {@code end} that is behind a block, or
   * holds no metric and so is news whatever its number; {@code end} if there is none.
   *
   * @param metricsBefore how many metrics the feed had carried before {@code first}
   */
  int firstBehind(int first, int end, long block, long metricsBefore) {
    int entry = first;
    long before = metricsBefore;
    while (entry < end && offsets[entry] <= block && metrics[entry] > before) {
      before = metrics[entry];
      entry++;
    }
    return entry;
  }

  int start(int entry) {
    return entry == 0 ? 0 : ends[entry - 1];
  }

  int end(int entry) {
    return ends[entry];
  }

  long framesAfter(int entry) {
    return framesSoFar[entry];
  }

  long metricsAfter(int entry) {
    return metrics[entry];
  }

  long offset(int entry) {
    return offsets[entry];
  }
}
