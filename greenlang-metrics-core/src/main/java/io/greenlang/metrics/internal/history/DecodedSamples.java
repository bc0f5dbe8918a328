package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The decoded samples of a chunk, in columns and in the order in which they were appended.
 * Immutable, except that the chunk's details are read on access. Any thread.
 */
final class DecodedSamples {

  private static final int BYTES_PER_SAMPLE = 4 * Long.BYTES + Integer.BYTES;

  /** The memory of this object and of the headers of its arrays. */
  private static final int OVERHEAD_BYTES = 150;

  private final DetailStore details;
  private final long[] publicationIds;
  private final int[] indexes;
  private final long[] times;
  private final long[] windowTimes;
  private final double[] values;

  /** Decodes the first {@code count} samples. */
  DecodedSamples(BitBuffer.Reader input, DetailStore details, int count) {
    this.details = details;
    this.publicationIds = new long[count];
    this.indexes = new int[count];
    this.times = new long[count];
    this.windowTimes = new long[count];
    this.values = new double[count];
    GorillaSampleCodec codec = new GorillaSampleCodec();
    for (int i = 0; i < count; i++) {
      values[i] = codec.readNext(input);
      publicationIds[i] = codec.publicationId();
      indexes[i] = codec.index();
      times[i] = codec.timeMillis();
      windowTimes[i] = codec.windowTimeMillis();
    }
  }

  int count() {
    return values.length;
  }

  /** Returns the memory that the columns take, in bytes. */
  int bytes() {
    return values.length * BYTES_PER_SAMPLE + OVERHEAD_BYTES;
  }

  /** Returns the time of a sample, in epoch milliseconds. */
  long timeMillis(int i) {
    return times[i];
  }

  /** Returns the time that determines the window of a sample, in epoch milliseconds. */
  long windowTimeMillis(int i) {
    return windowTimes[i];
  }

  /** Returns the id of the publication of a sample. */
  long publicationId(int i) {
    return publicationIds[i];
  }

  /** Returns a sample with its detail. */
  Sample sample(int i) {
    return new Sample(
        publicationIds[i], indexes[i], times[i], windowTimes[i], values[i], details.get(i));
  }

  /** Returns the index of the first sample that was published after {@code publicationId}. */
  int firstAfter(long publicationId) {
    int low = 0;
    int high = publicationIds.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (publicationIds[middle] <= publicationId) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * A cache of decoded chunks, bounded in bytes. All readers and pages of a hub share it. A full
   * cache replaces random chunks: readers scan many chunks in turn, so the least recently used
   * chunk would be the next one that they need. Any thread.
   */
  static final class Cache {

    private final long maxBytes;
    private final List<SampleChunk> chunks = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private long usedBytes;

    /**
     * Creates an empty cache.
     *
     * @param maxBytes the limit of the decoded samples; 0 caches nothing
     */
    Cache(long maxBytes) {
      this.maxBytes = maxBytes;
    }

    /** Returns the memory that the decoded samples take, in bytes. */
    synchronized long usedBytes() {
      return usedBytes;
    }

    /** Caches the samples of a chunk in place of those that the chunk has. */
    synchronized void put(SampleChunk chunk, DecodedSamples added) {
      release(chunk);
      if (added.bytes() > maxBytes) {
        return;
      }
      while (usedBytes + added.bytes() > maxBytes) {
        release(chunks.get(random.nextInt(chunks.size())));
      }
      usedBytes += added.bytes();
      chunk.setCached(added, chunks.size());
      chunks.add(chunk);
    }

    /** Removes the samples of a chunk, if there are any. */
    synchronized void release(SampleChunk chunk) {
      DecodedSamples cached = chunk.cached();
      if (cached == null) {
        return;
      }
      usedBytes -= cached.bytes();
      int slot = chunk.cacheSlot();
      SampleChunk last = chunks.remove(chunks.size() - 1);
      if (last != chunk) {
        chunks.set(slot, last);
        last.setCached(last.cached(), slot);
      }
      chunk.setCached(null, 0);
    }
  }
}
