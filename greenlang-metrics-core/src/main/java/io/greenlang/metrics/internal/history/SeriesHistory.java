package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.history.DecodedSamples.Columns;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The history of one series, by tier. One thread writes, under the channel's lock; any thread may
 * read.
 */
public final class SeriesHistory {

  /**
   * A retained sample.
   *
   * @param publicationId the id of its publication
   * @param index its position within its publication
   * @param timeMillis its timestamp, in epoch milliseconds
   * @param windowTimeMillis the time that determines its window, in epoch milliseconds
   * @param value its value
   * @param detail the data beside the value; null for nothing
   */
  public record Sample(
      long publicationId,
      int index,
      long timeMillis,
      long windowTimeMillis,
      double value,
      @Nullable SampleDetail detail) {

    /**
     * Returns the time of a sample for its aggregate: its timestamp, or the time of its arrival if
     * the timestamp is later. A source with a wrong clock thus cannot make all later samples old.
     *
     * @param windowTimeMillis the time that determines its window, which is that of its arrival if
     *     the timestamp is later
     */
    public static long timeInWindow(long timeMillis, long windowTimeMillis) {
      return Math.min(timeMillis, windowTimeMillis);
    }
  }

  /**
   * One window of the series.
   *
   * @param startMillis the start of the window, in epoch milliseconds
   * @param aggregate the aggregate of the window, which has at least one sample
   */
  public record Window(long startMillis, Aggregate aggregate) {}

  /**
   * Columns for the samples of a series, which a reader that passes once over all series reuses.
   * Reading one series at a time, most take one chunk. The samples of a series are valid until
   * those of the next one are read. Used by one thread at a time.
   */
  public static final class Scratch {

    private @Nullable Columns columns;
    private boolean lent;

    /** Begins to read a series, and ends the use of the columns of the series before. */
    void begin() {
      lent = false;
    }

    /** Returns columns of a capacity, which are new ones for a second chunk of a series. */
    Columns lend(int capacity) {
      if (lent || capacity > SampleChunk.CAPACITY) {
        return new Columns(capacity);
      }
      lent = true;
      Columns own = columns;
      if (own == null) {
        own = new Columns(SampleChunk.CAPACITY);
        columns = own;
      }
      return own;
    }
  }

  private final long id;
  private final SeriesKey key;

  final ChunkList<SampleChunk> samples = new ChunkList<>();
  private final Map<RetentionTier, ChunkList<WindowChunk>> windows =
      new EnumMap<>(RetentionTier.class);

  /** The number of the next chunk of samples. */
  private int nextChunk;

  /** The first chunk of the latest segment, the time of its first sample, and the length. */
  private int segment;

  private long segmentMillis;
  private long segmentSamples;

  /** Whether the series became empty and was removed from its channel's map. */
  boolean removed;

  SeriesHistory(long id, SeriesKey key) {
    this.id = id;
    this.key = key;
    for (RetentionTier tier : RetentionTier.values()) {
      if (tier.interval() != null) {
        windows.put(tier, new ChunkList<>());
      }
    }
  }

  /** Returns the id of the series, which grows with each new series of its channel. */
  public long id() {
    return id;
  }

  /** Returns the identity of the series. */
  public SeriesKey key() {
    return key;
  }

  /** Returns a snapshot of the current contents. Any thread. */
  public SeriesSnapshot snapshot() {
    return new SeriesSnapshot(this, true);
  }

  /**
   * Returns a snapshot without the stored windows, for a reader of samples only: a new window reads
   * that of each series of its channel. Any thread.
   */
  public SeriesSnapshot snapshotOfSamples() {
    return new SeriesSnapshot(this, false);
  }

  /**
   * Adds an empty chunk of samples, which begins a segment if the latest one is long enough.
   *
   * @param foldMillis the time that determines the window of its first sample
   */
  SampleChunk addSampleChunk(ReaderCache cache, long foldMillis) {
    List<SampleChunk> known = samples.snapshot();
    segmentSamples += known.isEmpty() ? 0 : known.get(known.size() - 1).count();
    if (known.isEmpty() || SegmentFold.isComplete(segmentSamples, foldMillis - segmentMillis)) {
      segment = nextChunk;
      segmentMillis = foldMillis;
      segmentSamples = 0;
    }
    SampleChunk added = new SampleChunk(cache, nextChunk, segment);
    samples.add(added);
    nextChunk++;
    return added;
  }

  /** Returns the windows of a tier that stores windows. */
  ChunkList<WindowChunk> windows(RetentionTier tier) {
    return Objects.requireNonNull(windows.get(tier));
  }

  boolean isEmpty() {
    return samples.snapshot().isEmpty()
        && windows.values().stream().allMatch(list -> list.snapshot().isEmpty());
  }
}
