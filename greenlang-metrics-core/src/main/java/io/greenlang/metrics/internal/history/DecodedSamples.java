package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.codec.BitBuffer;
import io.greenlang.metrics.internal.history.codec.GorillaSampleCodec;

/**
 * The decoded samples of a chunk, in columns and in the order in which they were appended.
 * Immutable, except that the chunk's details are read on access. Any thread.
 */
final class DecodedSamples extends ReaderCache.Entry {

  private static final int BYTES_PER_SAMPLE = 4 * Long.BYTES + Integer.BYTES;

  /** The memory of this object and of the headers of its arrays. */
  private static final int OVERHEAD_BYTES = 150;

  /**
   * The arrays of the columns. A reader that passes once over all series reuses them: for 100,000
   * series they would be hundreds of megabytes of garbage.
   */
  static final class Columns {
    private final long[] publicationIds;
    private final int[] indexes;
    private final long[] times;
    private final long[] windowTimes;
    private final double[] values;

    Columns(int capacity) {
      this.publicationIds = new long[capacity];
      this.indexes = new int[capacity];
      this.times = new long[capacity];
      this.windowTimes = new long[capacity];
      this.values = new double[capacity];
    }
  }

  private final SampleChunk chunk;
  private final DetailStore details;
  private final int count;
  private final long[] publicationIds;
  private final int[] indexes;
  private final long[] times;
  private final long[] windowTimes;
  private final double[] values;

  /**
   * Decodes the first {@code count} samples of a chunk into columns, which belong to this object
   * from now on.
   */
  DecodedSamples(
      SampleChunk chunk, BitBuffer.Reader input, DetailStore details, int count, Columns columns) {
    this.chunk = chunk;
    this.details = details;
    this.count = count;
    this.publicationIds = columns.publicationIds;
    this.indexes = columns.indexes;
    this.times = columns.times;
    this.windowTimes = columns.windowTimes;
    this.values = columns.values;
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
    return count;
  }

  @Override
  long bytes() {
    return (long) count * BYTES_PER_SAMPLE + OVERHEAD_BYTES;
  }

  @Override
  void link() {
    chunk.setCached(this);
  }

  @Override
  void unlink() {
    chunk.setCached(null);
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

  /** Adds a sample to an aggregate. */
  void addTo(Aggregate aggregate, int i) {
    long time = Sample.timeInWindow(times[i], windowTimes[i]);
    SampleDetail detail = details.get(i);
    if (detail == null) {
      aggregate.add(values[i], time);
    } else {
      aggregate.add(values[i], time, detail);
    }
  }

  /** Adds the value of a sample, without its detail, to an aggregate. */
  void addValueTo(Aggregate aggregate, int i) {
    aggregate.add(values[i], Sample.timeInWindow(times[i], windowTimes[i]));
  }

  /** Returns a sample with its detail. */
  Sample sample(int i) {
    return new Sample(
        publicationIds[i], indexes[i], times[i], windowTimes[i], values[i], details.get(i));
  }

  /** Returns the index of the first sample that counts at or after a time; the count for none. */
  int firstCounting(long fromMillis) {
    int first = 0;
    while (first < count && windowTimes[first] < fromMillis) {
      first++;
    }
    return first;
  }

  /** Returns the index of the first sample that was published after {@code publicationId}. */
  int firstAfter(long publicationId) {
    int low = 0;
    int high = count;
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
}
