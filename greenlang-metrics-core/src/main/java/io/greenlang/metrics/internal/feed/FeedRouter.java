package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.Histograms;
import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.frame.MetricBatch;
import io.greenlang.metrics.internal.sample.DerivedSeries;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Collection;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A router that distributes batches of metrics to the feeds derived from them. A channel has one
 * router for its raw publications, and one for each way of aggregating them: delivery, lag handling
 * and statistics are the same for all. Used under the channel lock.
 *
 * <p>Each batch has a publication id, which only increases; for windows it is the window number. A
 * batch is {@linkplain #beginBatch begun}, its metrics are {@linkplain #route routed}, and it is
 * {@linkplain #endBatch ended}.
 */
public final class FeedRouter {

  /**
   * A gap in the stream.
   *
   * @param publicationId the latest publication id; the loss is between it and the next one
   * @param missed the number of lost metrics; null if unknown
   * @param position the clients' position from here on
   */
  public record GapMark(long publicationId, @Nullable Long missed, StreamPosition position) {}

  /**
   * The totals of a router and a feed at one instant.
   *
   * @param publicationId the latest publication id
   * @param published metrics published on the channel
   * @param dropped metrics dropped because the channel reached its series limit
   * @param matched metrics that the feed matches
   */
  public record Totals(long publicationId, long published, long dropped, long matched) {}

  private final Channel channel;
  private final StreamStats stats;
  private final MetricsClock clock;
  private final boolean ofSamples;

  /** Maps a publication id to the offset that clients see. */
  private final LongUnaryOperator toOffset;

  private final DerivedStatistics derivedStatistics;
  private final SeriesTable table;
  private final FeedRegistry feeds;

  /** Reused for every batch. */
  private final MetricBatch batch;

  private final SelectingFeeds selectingFeeds;

  private long publicationId;
  private @Nullable GapMark lastGap;
  private long nowNanos;
  private final SampleArrival arrival;
  private long published;
  private final DroppedMetrics dropped;

  /**
   * Creates a router without feeds.
   *
   * @param windowMillis the length of the windows routed here, in milliseconds; 0 for raw samples
   * @param toOffset maps a publication id to the offset that clients see
   * @param derivedStatistics the histograms whose statistics are routed as gauges, too
   */
  public FeedRouter(
      Channel channel,
      long windowMillis,
      LongUnaryOperator toOffset,
      ChannelLimits limits,
      MetricsClock clock,
      DirectBufferPool bufferPool,
      StreamStats stats,
      DerivedStatistics derivedStatistics) {
    this.derivedStatistics = derivedStatistics;
    this.batch = new MetricBatch(windowMillis);
    this.ofSamples = windowMillis == 0;
    this.toOffset = toOffset;
    this.clock = clock;
    this.arrival = new SampleArrival(clock);
    this.channel = channel;
    this.stats = stats;
    this.selectingFeeds = new SelectingFeeds(stats);
    this.table = new SeriesTable(channel, limits.seriesPerChannel(), derivedStatistics);
    this.feeds = new FeedRegistry(bufferPool, limits.feedBytes());
    this.dropped = new DroppedMetrics(channel, limits.seriesPerChannel());
  }

  /** Sets the latest publication id before the first batch is begun. */
  public void startAt(long latestId) {
    publicationId = latestId;
  }

  /** Begins a batch of samples that were logged at the given time, in epoch milliseconds. */
  public void beginSamples(long publicationId, long logMillis) {
    arrival.begin(logMillis);
    beginBatch(publicationId);
  }

  /** Begins a batch of windows. Its id is greater than the previous one. */
  public void beginBatch(long publicationId) {
    this.publicationId = publicationId;
    nowNanos = clock.monotonicNanos();
    batch.clear();
    selectingFeeds.clear(); // a previous batch may not have been ended because of an exception
  }

  /**
   * Routes a sample.
   *
   * @return the series; null if the series limit was reached and the sample was dropped
   */
  public @Nullable Series route(Metric metric) {
    Aggregate distribution =
        metric.detail() instanceof Distribution detail ? Histograms.of(detail) : null;
    Series series = find(metric.name(), metric.type(), metric.tags());
    routeWithDerived(series, metric.value(), distribution, metric.timestampMillis());
    return series;
  }

  /**
   * Routes the aggregate of a window.
   *
   * @param startMillis the start of the window, in epoch milliseconds
   */
  public void route(SeriesKey key, Aggregate aggregate, long startMillis) {
    routeWithDerived(find(key), aggregate.value(), aggregate, startMillis);
  }

  /** Routes a metric and, if it is a histogram, the gauges that are derived from it. */
  private void routeWithDerived(
      @Nullable Series series, double value, @Nullable Aggregate aggregate, long timeMillis) {
    route(series, value, aggregate, timeMillis);
    if (series == null || aggregate == null || series.derived().isEmpty()) {
      return;
    }
    for (DerivedSeries each : series.derived()) {
      Aggregate window = each.window(aggregate);
      route(find(each.key()), window.value(), window, timeMillis);
    }
  }

  /** Records a metric as the latest of its series and selects it for the matching feeds. */
  private void route(
      @Nullable Series series, double value, @Nullable Aggregate aggregate, long timeMillis) {
    published++;
    if (series == null) {
      return;
    }
    if (ofSamples) {
      series.recordSample(value, aggregate, timeMillis, publicationId, arrival, nowNanos);
    } else {
      series.recordLatest(value, aggregate, timeMillis, publicationId, nowNanos);
    }
    table.touch(series, nowNanos);
    if (!series.feeds().isEmpty()) {
      int index = batch.add(series.templates(), value, aggregate, timeMillis);
      selectingFeeds.select(series.feeds(), index);
    }
  }

  /**
   * Records a window from before the router was created as the latest of its series unless a later
   * one is known. No feed receives it.
   */
  public void seedLatest(SeriesKey key, Aggregate aggregate, long startMillis, long windowNumber) {
    nowNanos = clock.monotonicNanos();
    Series series = find(key);
    if (series == null || series.latestUpdateId() > windowNumber) {
      return;
    }
    series.recordLatest(aggregate.value(), aggregate, startMillis, windowNumber, nowNanos);
    table.touch(series, nowNanos);
    for (DerivedSeries each : series.derived()) {
      Series gauge = find(each.key());
      if (gauge != null) {
        Aggregate window = each.window(aggregate);
        gauge.recordLatest(window.value(), window, startMillis, windowNumber, nowNanos);
        table.touch(gauge, nowNanos);
      }
    }
  }

  /**
   * Ends the batch: each feed with selected metrics appends its frames and notifies its listeners.
   * If that fails for a feed, it reports a gap, and the other feeds continue.
   */
  public void endBatch() {
    selectingFeeds.append(batch, publicationId, toOffset(publicationId), nowNanos);
  }

  /** Returns the offset that clients see for a publication id. */
  public long toOffset(long publicationId) {
    return toOffset.applyAsLong(publicationId);
  }

  /**
   * Records a gap: metrics are lost, or may be. {@link Feed#append(GapMark)} must follow for each
   * of the {@link #feeds} before the next batch.
   *
   * @param latestId the latest publication id; the loss is between it and the next one
   * @param position the clients' position from here on
   */
  public GapMark recordGap(long latestId, @Nullable Long missed, StreamPosition position) {
    publicationId = latestId;
    GapMark gap = new GapMark(latestId, missed, position);
    lastGap = gap;
    return gap;
  }

  /**
   * Returns the metrics dropped at the series limit, at most once per minute; null if there are
   * none. {@link Feed#append(DroppedMetrics.Report)} should follow for each of the {@link #feeds}
   * that miss one of their series.
   */
  public DroppedMetrics.@Nullable Report pollDropped() {
    return dropped.poll(clock.monotonicNanos());
  }

  /** Returns the latest gap at or after a publication id; null if there is none. */
  public @Nullable GapMark gapAfter(long publicationId) {
    return lastGap == null || lastGap.publicationId() < publicationId ? null : lastGap;
  }

  /** Returns the publication id before the latest gap; {@link Long#MIN_VALUE} if there was none. */
  public long lastGapId() {
    return lastGap == null ? Long.MIN_VALUE : lastGap.publicationId();
  }

  /**
   * Returns the feed for a subscription, creating it if necessary, and adds a reader. {@link
   * Feed#match} must follow before the reader reads.
   */
  public Feed acquire(Subscription subscription, FrameEncoder encoder) {
    return feeds.acquire(this, subscription, encoder);
  }

  /**
   * Removes a reader from a feed; the last one closes it. {@link Feed#detach} must follow then.
   *
   * @return whether the feed was closed
   */
  public boolean release(Feed feed) {
    return feeds.release(feed);
  }

  /** Records that a cursor was lapped. */
  public void recordLap() {
    stats.lappedCursors.increment();
  }

  /** Returns the latest publication id; for windows, the latest window number. */
  public long latestPublicationId() {
    return publicationId;
  }

  /** Returns the current totals of this router and one of its feeds. */
  public Totals totals(Feed feed) {
    return new Totals(publicationId, published, dropped.total(), feed.ring().position().metrics());
  }

  /** Returns the feeds, which change only under the views lock. */
  public Collection<Feed> feeds() {
    return feeds.all();
  }

  /** Returns the current monotonic time, in nanoseconds. */
  public long nowNanos() {
    return clock.monotonicNanos();
  }

  /** Returns the number of feeds. */
  public int feedCount() {
    return feeds.size();
  }

  /** Returns the histograms whose statistics are routed as gauges, too. */
  public DerivedStatistics derivedStatistics() {
    return derivedStatistics;
  }

  /** Returns the series that were routed here. */
  public SeriesTable table() {
    return table;
  }

  private @Nullable Series find(SeriesKey key) {
    Series existing = table.find(key);
    return existing == null ? add(key) : existing;
  }

  private @Nullable Series find(String name, MetricType type, Tags tags) {
    Series existing = table.find(name, type, tags);
    return existing == null ? add(new SeriesKey(channel, name, type, tags)) : existing;
  }

  private @Nullable Series add(SeriesKey key) {
    Series added = table.add(key, nowNanos);
    if (added == null) {
      dropped.add(key);
      stats.dropped.increment();
      return null;
    }
    feeds.addSeries(added);
    return added;
  }
}
