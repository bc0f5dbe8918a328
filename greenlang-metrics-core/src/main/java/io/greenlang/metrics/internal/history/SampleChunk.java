package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A compressed chunk of up to {@value #CAPACITY} successive samples of one series. One thread
 * appends, under the channel's lock. Any thread may read, and sees a prefix of the appended
 * samples.
 */
final class SampleChunk implements Chunk {

  /**
   * The maximum number of samples. At one per second they span four minutes: little to decode for a
   * small query, and little overhead.
   */
  static final int CAPACITY = 240;

  /** The size of the details at which the chunk counts as full: distributions are large. */
  private static final int FULL_DETAIL_BYTES = 16 * 1024;

  /** The memory of this object, its parts, and its entries in the lists that contain it. */
  private static final int OVERHEAD_BYTES = 200;

  private final BitBuffer bits = new BitBuffer();
  private final DetailStore details = new DetailStore();
  private @Nullable GorillaSampleCodec writer = new GorillaSampleCodec();

  // Written before count and read after it, so that count publishes them.
  private long firstPublicationId = Long.MAX_VALUE;
  private long lastPublicationId;
  private long firstFold = Long.MAX_VALUE;
  private long lastFold = Long.MIN_VALUE;
  private long firstTime = Long.MAX_VALUE;
  private long lastTime = Long.MIN_VALUE;

  private volatile int count;

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void append(
      long publicationId,
      int index,
      long timeMillis,
      long foldMillis,
      double value,
      @Nullable SampleDetail detail) {
    GorillaSampleCodec encoder = Objects.requireNonNull(writer, "the chunk is sealed");
    if (detail != null) {
      details.put(count, detail);
    }
    encoder.write(publicationId, index, timeMillis, foldMillis, value, bits);
    firstPublicationId = Math.min(firstPublicationId, publicationId);
    lastPublicationId = publicationId;
    firstFold = Math.min(firstFold, foldMillis);
    lastFold = Math.max(lastFold, foldMillis);
    firstTime = Math.min(firstTime, timeMillis);
    lastTime = Math.max(lastTime, timeMillis);
    count++;
  }

  @Override
  public void seal() {
    writer = null;
    bits.trim();
  }

  @Override
  public boolean isFull() {
    return count == CAPACITY || details.bytes() > FULL_DETAIL_BYTES;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int bytes() {
    return bits.bytes() + details.bytes() + OVERHEAD_BYTES;
  }

  @Override
  public long earliestMillis() {
    return Math.min(firstFold, firstTime);
  }

  @Override
  public long latestMillis() {
    return Math.max(lastFold, lastTime);
  }

  @Override
  public long endMillis() {
    return lastFold + 1;
  }

  @Override
  public long lastPublicationId() {
    return lastPublicationId;
  }

  /**
   * Returns whether the chunk may contain samples of publications after {@code after}, up to and
   * including {@code until}.
   */
  boolean overlapsPublications(long after, long until) {
    return count > 0 && lastPublicationId > after && firstPublicationId <= until;
  }

  /**
   * Returns whether the chunk may contain samples that count at or after {@code from} and before
   * {@code to}.
   */
  boolean overlapsWindowTimes(long from, long to) {
    return count > 0 && lastFold >= from && firstFold < to;
  }

  /**
   * Returns whether the chunk may contain samples that were measured at or after {@code from} and
   * before {@code to}.
   */
  boolean overlapsMeasuredTimes(long from, long to) {
    return count > 0 && lastTime >= from && firstTime < to;
  }

  /** Passes each sample to {@code action}, in the order in which they were appended. */
  void forEach(Consumer<Sample> action) {
    int visibleCount = count;
    BitBuffer.Reader bitReader = bits.reader();
    GorillaSampleCodec reader = new GorillaSampleCodec();
    for (int i = 0; i < visibleCount; i++) {
      action.accept(reader.read(bitReader, details.get(i)));
    }
  }
}
