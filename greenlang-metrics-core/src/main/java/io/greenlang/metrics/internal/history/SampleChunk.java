package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.internal.history.codec.BitBuffer;
import io.greenlang.metrics.internal.history.codec.GorillaSampleCodec;
import java.util.Objects;
import java.util.function.IntFunction;
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

  private final ReaderCache cache;
  private final int number;
  private final int segment;

  private final BitBuffer bits;
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

  /** The cached samples; null if there are none. Only the cache changes them. */
  private volatile @Nullable DecodedSamples cached;

  /**
   * The cached states of folds of the chunk; null if there are none. Only the cache changes them.
   */
  private volatile @Nullable FoldCheckpoints checkpoints;

  /**
   * Creates an empty chunk.
   *
   * @param cache retains what readers derive from the samples
   * @param number the number of the chunk in its series; the next chunk has the next number
   * @param segment the number of the first chunk of its segment (see {@link SegmentFold})
   */
  SampleChunk(ReaderCache cache, int number, int segment) {
    this(cache, number, segment, new BitBuffer());
  }

  /** Creates an empty chunk with a buffer for its samples. */
  SampleChunk(ReaderCache cache, int number, int segment, BitBuffer bits) {
    this.bits = bits;
    this.cache = cache;
    this.number = number;
    this.segment = segment;
  }

  /** Returns the number of the chunk in its series. */
  int number() {
    return number;
  }

  /** Returns the number of the first chunk of its segment. */
  int segment() {
    return segment;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void append(
      long publicationId,
      int index,
      long timeMillis,
      long foldMillis,
      double value,
      @Nullable SampleDetail detail) {
    GorillaSampleCodec encoder = Objects.requireNonNull(writer, "the chunk is sealed");
    // If one of these two fails, the chunk has the samples before.
    details.put(count, detail);
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
    return count >= CAPACITY || details.bytes() > FULL_DETAIL_BYTES;
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

  /**
   * Returns the time before which no sample was measured, in epoch milliseconds. The chunk must not
   * be empty.
   */
  long firstTimeMillis() {
    return firstTime;
  }

  /** Returns the time before which no sample counts, in epoch milliseconds. */
  long firstWindowTimeMillis() {
    return firstFold;
  }

  /** Returns the samples that were appended so far. They are decoded once while they are cached. */
  DecodedSamples decoded() {
    int visibleCount = count;
    DecodedSamples known = cached;
    if (known != null && known.count() >= visibleCount) {
      return known;
    }
    DecodedSamples decoded = decode(visibleCount, new DecodedSamples.Columns(visibleCount));
    synchronized (cache) {
      remove(cached);
      cache.add(decoded);
    }
    return decoded;
  }

  /**
   * Returns the samples that were appended so far, and does not cache them. For a reader that
   * passes once over all series: in the cache its samples would replace those that are read again,
   * and as old garbage they would cost long collections.
   *
   * @param columns provides columns of a capacity
   */
  DecodedSamples decodedOnce(IntFunction<DecodedSamples.Columns> columns) {
    int visibleCount = count;
    DecodedSamples known = cached;
    return known != null && known.count() >= visibleCount
        ? known
        : decode(visibleCount, columns.apply(visibleCount));
  }

  private DecodedSamples decode(int visibleCount, DecodedSamples.Columns columns) {
    return new DecodedSamples(this, bits.reader(), details, visibleCount, columns);
  }

  /** Returns the cached states of folds; null if there are none. */
  @Nullable FoldCheckpoints checkpoints() {
    return checkpoints;
  }

  /** Caches the state of a fold before one of the samples. */
  void addCheckpoint(FoldCheckpoint added) {
    synchronized (cache) {
      FoldCheckpoints known = checkpoints;
      remove(known);
      cache.add(FoldCheckpoints.with(known, this, added));
    }
  }

  @Override
  public void onEvicted() {
    synchronized (cache) {
      remove(cached);
      remove(checkpoints);
    }
  }

  private void remove(ReaderCache.@Nullable Entry entry) {
    if (entry != null) {
      cache.remove(entry);
    }
  }

  void setCached(@Nullable DecodedSamples samples) {
    cached = samples;
  }

  void setCheckpoints(@Nullable FoldCheckpoints known) {
    checkpoints = known;
  }
}
