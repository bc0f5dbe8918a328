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

  private final SampleChunk chunk;
  private final DetailStore details;
  private final long[] publicationIds;
  private final int[] indexes;
  private final long[] times;
  private final long[] windowTimes;
  private final double[] values;

  /** Decodes the first {@code count} samples of a chunk. */
  DecodedSamples(SampleChunk chunk, BitBuffer.Reader input, DetailStore details, int count) {
    this.chunk = chunk;
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

  @Override
  long bytes() {
    return (long) values.length * BYTES_PER_SAMPLE + OVERHEAD_BYTES;
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
    while (first < windowTimes.length && windowTimes[first] < fromMillis) {
      first++;
    }
    return first;
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
}
