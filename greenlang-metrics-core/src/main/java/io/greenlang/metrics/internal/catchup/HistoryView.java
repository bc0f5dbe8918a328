package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.Histograms;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameWriter;
import io.greenlang.metrics.internal.frame.MetricBatch;
import io.greenlang.metrics.internal.frame.SeriesTemplate;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.SeriesReader;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.sample.DerivedSeries;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.internal.window.GroupBy;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A view of a channel's history for one client: immutable snapshots of the series that its
 * subscription matches, which a slow replay renews, and the writer that turns them into frames. It
 * shares no changing state with the feed, so it needs no lock. Used by one thread at a time.
 */
final class HistoryView {

  /** The number of entries that fill a piece. */
  static final int ENTRIES_PER_PIECE = CatchUp.PIECE_BYTES / 256;

  /**
   * The age at which snapshots are renewed, in nanoseconds: the old ones keep evicted entries in
   * memory.
   */
  private static final long MAX_AGE_NANOS = 10_000_000_000L;

  private final Feed feed;
  private final ChannelHistory source;
  private final Subscription subscription;
  private final Aggregators aggregators;
  private final DerivedStatistics derivedStatistics;
  private final SeriesReader reader;
  private final RetentionTier tier;
  private final FrameWriter writer;
  private final MetricBatch batch;
  private final FrameBuffer out = new FrameBuffer();
  private final Map<SeriesKey, SeriesTemplate.Cache> templates = new HashMap<>();
  private final Map<SeriesKey, List<DerivedSeries>> derivedBySeries = new HashMap<>();
  private List<SeriesSnapshot> snapshots;
  private long snapshotNanos;
  private long retainedFromMillis;
  private long retainedAfterPublication;
  private int frameCount;
  private int[] allIndexes = new int[0];

  /** Creates a view of the current contents of a history for the readers of a feed. */
  HistoryView(Feed feed, ChannelHistory history, Aggregators aggregators) {
    this.feed = feed;
    this.source = history;
    this.derivedStatistics = feed.router().derivedStatistics();
    this.subscription = feed.subscription();
    this.aggregators = aggregators;
    this.reader = new SeriesReader(aggregators);
    this.writer = new FrameWriter(subscription, feed.encoder());
    Interval interval = subscription.interval();
    RetentionTier storing = interval == null ? null : RetentionTier.of(interval);
    this.tier = storing == null ? RetentionTier.RAW : storing;
    this.batch = new MetricBatch(interval == null ? 0 : interval.millis());
    this.snapshots =
        history.select(key -> derivedStatistics.isSelected(key, subscription::matches));
    onSnapshots();
  }

  /**
   * Takes new snapshots if the present ones are too old. They are of the same series, without
   * matching all series of the channel again: a series that was added meanwhile has nothing to
   * replay.
   */
  void renewIfOld() {
    if (feed.router().nowNanos() - snapshotNanos >= MAX_AGE_NANOS) {
      snapshots = snapshots.stream().map(SeriesSnapshot::renewed).toList();
      onSnapshots();
    }
  }

  /**
   * Reads the retention bounds. They are read only after taking the snapshots: entries evicted
   * since then are still in the snapshots.
   */
  private void onSnapshots() {
    retainedFromMillis = source.retainedFromMillis(tier);
    retainedAfterPublication = source.retainedAfterPublication();
    snapshotNanos = feed.router().nowNanos();
  }

  List<SeriesSnapshot> snapshots() {
    return snapshots;
  }

  SeriesReader reader() {
    return reader;
  }

  /**
   * Returns the time, in epoch milliseconds, from which the view is complete; {@link
   * Long#MIN_VALUE} if nothing was ever evicted.
   */
  long retainedFromMillis() {
    return retainedFromMillis;
  }

  /**
   * Returns the time of the earliest entry, in epoch milliseconds; {@link Long#MAX_VALUE} if there
   * is none.
   */
  long earliestMillis() {
    long earliest = Long.MAX_VALUE;
    for (SeriesSnapshot series : snapshots) {
      earliest = Math.min(earliest, series.earliestMillis(tier));
    }
    return earliest;
  }

  /** Returns the publication id after which the view is complete. */
  long retainedAfterPublication() {
    return retainedAfterPublication;
  }

  /** Returns the interval of the subscription, which must have one. */
  Interval interval() {
    return Objects.requireNonNull(subscription.interval(), "raw metrics have no windows");
  }

  /** Returns a merger over the tags that are not kept; null if the subscription does not group. */
  GroupBy.@Nullable Groups groups() {
    SortedSet<String> keep = subscription.groupBy();
    return keep == null ? null : new GroupBy.Groups(keep, aggregators);
  }

  /** Begins a piece. */
  void beginPiece() {
    out.clear();
    frameCount = 0;
  }

  /**
   * Begins a batch: a publication, or a window of the given length in milliseconds; 0 for raw
   * samples.
   */
  void beginBatch(long windowMillis) {
    batch.reset(windowMillis);
  }

  /** Adds a sample. */
  void add(SeriesKey series, Sample sample) {
    if (sample.detail() instanceof Distribution distribution) {
      add(series, Histograms.of(distribution), sample.timeMillis());
    } else {
      addIfSelected(series, sample.value(), null, sample.timeMillis());
    }
  }

  /** Adds the aggregate of a series, or of a group of series. */
  void add(SeriesKey series, Aggregate aggregate, long timeMillis) {
    addIfSelected(series, aggregate.value(), aggregate, timeMillis);
    for (DerivedSeries each : derived(series)) {
      Aggregate window = each.window(aggregate);
      addIfSelected(each.key(), window.value(), window, timeMillis);
    }
  }

  private List<DerivedSeries> derived(SeriesKey series) {
    return derivedBySeries.computeIfAbsent(series, derivedStatistics::of);
  }

  /** Adds a metric unless it is here only because of another one that is derived from it. */
  private void addIfSelected(
      SeriesKey series, double value, @Nullable Aggregate aggregate, long timeMillis) {
    if (subscription.matchesName(series.name())) {
      batch.add(templates(series), value, aggregate, timeMillis);
    }
  }

  /**
   * Writes the batch. A client's offset is {@code before} while it has received only some of it,
   * and {@code after} once it has received all.
   */
  void endBatch(long before, long after, boolean replayed) {
    int count = batch.size();
    if (count == 0) {
      return;
    }
    writer.setOffsets(before, after, replayed);
    frameCount += writer.write(batch, indexes(count), count, out);
  }

  /** Returns an array that begins with 0, 1, 2 up to {@code count - 1}. */
  private int[] indexes(int count) {
    if (allIndexes.length < count) {
      allIndexes = new int[Math.max(count, 2 * allIndexes.length)];
      Arrays.setAll(allIndexes, index -> index);
    }
    return allIndexes;
  }

  /**
   * Writes the number of metrics that are not delivered individually.
   *
   * @param isOverBudget whether the feed has discarded them because memory was scarce
   */
  void writeLagged(long missed, boolean isOverBudget) {
    writer.lagged(missed, isOverBudget, out);
    frameCount++;
  }

  /** Writes the notice that the rest of a replay is not available: a gap of unknown size. */
  void writeGap() {
    writer.gap(null, null, out);
    frameCount++;
  }

  /** Returns the number of bytes in the piece. */
  int bytes() {
    return out.length();
  }

  /** Returns the number of frames in the piece. */
  int frames() {
    return frameCount;
  }

  /** Passes the piece to {@code sink}; returns false if it is empty. */
  boolean endPiece(FrameSink sink) {
    if (frameCount > 0) {
      sink.write(out.toSharedFrames(), 0, out.length(), frameCount);
    }
    return frameCount > 0;
  }

  private SeriesTemplate.Cache templates(SeriesKey series) {
    return templates.computeIfAbsent(series, SeriesTemplate.Cache::new);
  }
}
