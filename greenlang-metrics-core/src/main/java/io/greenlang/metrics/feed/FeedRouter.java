package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router that distributes batches of metrics to the feeds derived from them. A channel has one
 * router for its raw publications, and one for each way of aggregating them: delivery, lag handling
 * and accounting are the same for all. Used under the channel lock.
 *
 * <p>Each batch has a publication id, which only increases; for windows it is the window number. A
 * batch is {@linkplain #begin begun}, its metrics are {@linkplain #route routed}, and it is
 * {@linkplain #end ended}.
 */
final class FeedRouter {

  private static final Logger log = LoggerFactory.getLogger(FeedRouter.class);

  private record Break(long number, @Nullable Long missed, Position place) {}

  private record View(Subscription subscription, Encoding encoding) {}

  private final Channel channel;
  private final StreamLimits limits;
  private final MemoryPool memory;
  private final StreamStats stats;
  private final MetricsClock clock;

  /** Maps a publication id to the offset that clients see. */
  private final LongUnaryOperator toOffset;

  private final SeriesTable table;
  private final Map<View, Feed> feeds = new HashMap<>();
  private final FeedIndex index = new FeedIndex();

  /** Reused for every batch. */
  private final MetricBlock batch;

  private final FrameBuffer entry = new FrameBuffer();
  private final List<Feed> touchedFeeds = new ArrayList<>();

  private long publicationId;
  private @Nullable Break lastGap;
  private long nowNanos;
  private long published;
  private long dropped;
  private final OnceAMinute logThrottle = new OnceAMinute();

  /**
   * Creates a router without feeds.
   *
   * @param windowMillis the length of the windows routed here, in milliseconds; 0 for raw samples
   * @param toOffset maps a publication id to the offset that clients see
   */
  FeedRouter(
      Channel channel,
      long windowMillis,
      LongUnaryOperator toOffset,
      StreamLimits limits,
      MetricsClock clock,
      MemoryPool memory,
      StreamStats stats) {
    this.batch = new MetricBlock(windowMillis);
    this.toOffset = toOffset;
    this.clock = clock;
    this.channel = channel;
    this.limits = limits;
    this.memory = memory;
    this.stats = stats;
    this.table = new SeriesTable(channel, limits.seriesPerChannel());
  }

  /** Sets the latest publication id before the first batch is begun. */
  void startAt(long latestId) {
    publicationId = latestId;
  }

  /** Begins a batch. Its id is greater than the previous one. */
  void begin(long publicationId) {
    this.publicationId = publicationId;
    nowNanos = clock.nanoTime();
    batch.clear();
    clearTouched(); // a previous batch may not have been ended because of an exception
  }

  /**
   * Records a metric as the latest of its series and selects it for the matching feeds.
   *
   * @return the series; null if the series limit was reached and the metric was dropped
   */
  @Nullable Series route(
      String name,
      MetricType type,
      Tags tags,
      double value,
      @Nullable Aggregate aggregate,
      long timeMillis) {
    published++;
    Series series = find(name, type, tags);
    if (series == null) {
      return null;
    }
    series.note(value, aggregate, timeMillis, publicationId);
    series.updatedNanos = nowNanos;
    int index = batch.add(series, value, aggregate, timeMillis);
    List<Feed> matchingFeeds = series.feeds;
    for (int i = 0; i < matchingFeeds.size(); i++) {
      Feed feed = matchingFeeds.get(i);
      if (feed.choose(index)) {
        touchedFeeds.add(feed);
      }
    }
    return series;
  }

  /**
   * Records a value from before the router was created as the latest of its series. No feed
   * receives it.
   */
  void remember(
      String name,
      MetricType type,
      Tags tags,
      Aggregate aggregate,
      long timeMillis,
      long publicationId) {
    nowNanos = clock.nanoTime();
    Series series = find(name, type, tags);
    if (series != null) {
      series.note(aggregate.value(), aggregate, timeMillis, publicationId);
      series.updatedNanos = nowNanos;
    }
  }

  /**
   * Ends the batch: each feed with selected metrics writes its frames and notifies its listeners.
   */
  void end() {
    try {
      for (Feed feed : touchedFeeds) {
        entry.clear();
        stats.encodings.add(feed.write(batch, toOffset.applyAsLong(publicationId), entry));
        feed.commit(entry, publicationId, nowNanos);
      }
      stats.evaluations.add(touchedFeeds.size());
      for (Feed feed : touchedFeeds) {
        feed.tellListeners();
      }
    } finally {
      clearTouched();
    }
  }

  private void clearTouched() {
    touchedFeeds.forEach(Feed::forgetChosen);
    touchedFeeds.clear();
  }

  /**
   * Appends a gap notice to every feed: metrics are lost, or may be.
   *
   * @param publicationId the latest publication id; the loss is between it and the next one
   * @param position the clients' position from here on
   */
  void interrupt(long publicationId, @Nullable Long missed, Position position) {
    this.publicationId = publicationId;
    nowNanos = clock.nanoTime();
    lastGap = new Break(publicationId, missed, position);
    for (Feed feed : feeds.values()) {
      entry.clear();
      feed.writeInterrupted(missed, position, entry);
      feed.commitNotice(entry, this.publicationId, nowNanos);
    }
    feeds.values().forEach(Feed::tellListeners);
  }

  /**
   * Returns a notice of the latest gap after a publication id; null if there is none. A client that
   * skips to the head needs it.
   */
  @Nullable Prelude interruptionAfter(long publicationId, Feed feed) {
    Break gap = lastGap;
    if (gap == null || gap.number() < publicationId) {
      return null;
    }
    FrameBuffer notice = new FrameBuffer();
    feed.writeInterrupted(gap.missed(), gap.place(), notice);
    return new Notice(notice);
  }

  /**
   * Returns the publication id after which the latest gap occurred; {@link Long#MIN_VALUE} if there
   * was none.
   */
  long brokenAt() {
    Break gap = lastGap;
    return gap == null ? Long.MIN_VALUE : gap.number();
  }

  /** Returns the feed for a subscription, creating it if necessary, and adds a reader. */
  Feed join(Subscription subscription, FrameEncoder encoder) {
    Feed feed =
        feeds.computeIfAbsent(
            new View(subscription, encoder.encoding()), view -> create(subscription, encoder));
    feed.cursors++;
    return feed;
  }

  /** Removes a reader from a feed; the last one closes it. */
  void leave(Feed feed) {
    if (--feed.cursors == 0) {
      feeds.remove(new View(feed.subscription, feed.encoder.encoding()));
      index.remove(feed);
      table.forEachThatMayBeWanted(feed, series -> series.feeds.remove(feed));
      feed.ring.close();
    }
  }

  /**
   * Writes the next piece of a catch-up over latest values; returns false if nothing was left to
   * write.
   */
  boolean write(NewestValues latestValues, Feed feed, FrameSink sink, int maxFrames) {
    entry.clear();
    int frameCount = latestValues.step(feed, table, batch, toOffset, entry, maxFrames);
    if (frameCount > 0) {
      sink.write(Frames.of(entry), 0, entry.length(), frameCount);
    }
    return frameCount > 0;
  }

  /** Records that a cursor was lapped. */
  void lapped() {
    stats.laps.increment();
  }

  Totals totals(Feed feed) {
    return new Totals(publicationId, published, dropped, feed.ring.position().metrics());
  }

  int feedCount() {
    return feeds.size();
  }

  SeriesTable table() {
    return table;
  }

  private Feed create(Subscription subscription, FrameEncoder encoder) {
    Feed feed = new Feed(this, subscription, encoder, new FrameRing(memory, limits.feedBytes()));
    index.add(feed);
    table.forEachThatMayBeWanted(
        feed,
        series -> {
          if (feed.wants(series.name(), series.tags())) {
            series.feeds.add(feed);
          }
        });
    return feed;
  }

  private @Nullable Series find(String name, MetricType type, Tags tags) {
    Series existing = table.find(name, type, tags);
    if (existing != null) {
      return existing;
    }
    Series added = table.add(name, type, tags, nowNanos);
    if (added == null) {
      drop(name, tags);
      return null;
    }
    index.show(added);
    return added;
  }

  private void drop(String name, Tags tags) {
    dropped++;
    stats.dropped.increment();
    if (logThrottle.isDue(nowNanos)) {
      log.warn(
          "Channel {} reached its limit of {} series; dropping metrics of new series such as"
              + " {} {}, {} so far. Use fewer distinct tag values, or raise seriesPerChannel",
          channel,
          table.size(),
          name,
          tags,
          dropped);
    }
  }
}
