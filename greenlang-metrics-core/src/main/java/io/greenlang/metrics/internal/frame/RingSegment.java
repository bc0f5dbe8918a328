package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.frame.SharedFrames;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A segment of a ring: the frames of consecutive entries in one buffer, and the end of each entry.
 *
 * <p>One thread at a time appends, under the channel lock; any thread that holds a reference to the
 * {@linkplain #frames frames} reads. {@link #entries} is written last, so a reader that reads it
 * first sees all entries that it counts.
 */
public final class RingSegment {

  /** The ring-wide index of this segment's first entry. */
  private final long firstEntryIndex;

  private final SharedFrames frames;
  private final ByteBuffer memory;

  /** For each entry: its end in the buffer. */
  private int[] ends = new int[8];

  /** For each entry: the total number of frames of the feed up to and including it. */
  private long[] framesSoFar = new long[8];

  /** For each entry: the total number of metrics of the feed up to and including it. */
  private long[] metricsSoFar = new long[8];

  /** For each entry: the id of its publication. */
  private long[] publicationIds = new long[8];

  private int written;
  private volatile int entries;

  /** The time of the last append, in monotonic nanoseconds. Read by the writer only. */
  long lastWriteNanos;

  /**
   * Cleared when this segment leaves the ring, so that a stalled reader does not keep all later
   * segments alive.
   */
  volatile @Nullable RingSegment next;

  RingSegment(long firstEntryIndex, ByteBuffer memory, DirectBufferPool pool) {
    this.firstEntryIndex = firstEntryIndex;
    this.memory = memory;
    this.frames = new SharedFrames(memory, pool::release);
  }

  /** Returns the ring-wide index of this segment's first entry. */
  public long firstEntryIndex() {
    return firstEntryIndex;
  }

  /** Returns the memory of all entries. */
  public SharedFrames frames() {
    return frames;
  }

  int capacity() {
    return memory.capacity();
  }

  boolean fits(FrameBuffer entry) {
    return entry.length() <= memory.capacity() - written;
  }

  void append(
      FrameBuffer entry, long frameTotal, long metricTotal, long publicationId, long nowNanos) {
    int index = entries;
    if (index == ends.length) {
      grow();
    }
    entry.copyTo(memory, written);
    written += entry.length();
    ends[index] = written;
    framesSoFar[index] = frameTotal;
    metricsSoFar[index] = metricTotal;
    publicationIds[index] = publicationId;
    lastWriteNanos = nowNanos;
    entries = index + 1;
  }

  private void grow() {
    int capacity = 2 * ends.length;
    framesSoFar = Arrays.copyOf(framesSoFar, capacity);
    metricsSoFar = Arrays.copyOf(metricsSoFar, capacity);
    publicationIds = Arrays.copyOf(publicationIds, capacity);
    ends = Arrays.copyOf(ends, capacity); // last: its length shows whether all have grown
  }

  /** Returns the number of readable entries. Must be called before the methods below. */
  public int entries() {
    return entries;
  }

  /**
   * Returns the last entry in {@code [first, end)} with a total of at most {@code maxFrames}
   * frames; {@code first - 1} if there is none.
   */
  public int lastWithin(int first, int end, long maxFrames) {
    if (framesSoFar[end - 1] <= maxFrames) {
      return end - 1; // always the case for clients without a frame limit
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
   * Returns the first entry in {@code [first, end)} that follows a publication id; {@code end} if
   * there is none. An entry without metrics always qualifies, because it is relevant regardless of
   * its id.
   *
   * @param metricsBefore the total number of metrics of the feed before {@code first}
   */
  public int firstAfter(int first, int end, long publicationId, long metricsBefore) {
    int entry = first;
    long before = metricsBefore;
    while (entry < end && publicationIds[entry] <= publicationId && metricsSoFar[entry] > before) {
      before = metricsSoFar[entry];
      entry++;
    }
    return entry;
  }

  /** Returns where an entry begins in the memory. */
  public int start(int entry) {
    return entry == 0 ? 0 : ends[entry - 1];
  }

  /** Returns where an entry ends in the memory, exclusive. */
  public int end(int entry) {
    return ends[entry];
  }

  /** Returns the total number of frames of the feed up to and including an entry. */
  public long frameTotal(int entry) {
    return framesSoFar[entry];
  }

  /** Returns the total number of metrics of the feed up to and including an entry. */
  public long metricTotal(int entry) {
    return metricsSoFar[entry];
  }

  /** Returns the publication id of an entry. */
  public long publicationId(int entry) {
    return publicationIds[entry];
  }
}
