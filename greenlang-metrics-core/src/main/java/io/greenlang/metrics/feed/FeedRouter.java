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
 * A numbered sequence of blocks of readings, and the feeds made of it. A channel has one for its
 * publications as they come, and one for each way in which they are aggregated: delivery, lateness
 * and accounting are the same for all. Under the channel's lock.
 *
 * <p>A block is {@linkplain #begin begun}, its readings are {@linkplain #route routed}, and it is
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

  /** From a block's number to the offset that clients see. */
  private final LongUnaryOperator offsets;

  private final SeriesTable table;
  private final Map<View, Feed> feeds = new HashMap<>();
  private final FeedIndex index = new FeedIndex();

  /** Reused from block to block. */
  private final MetricBlock block;

  private final FrameBuffer entry = new FrameBuffer();
  private final List<Feed> touched = new ArrayList<>();

  private long number;
  private @Nullable Break interruption;
  private long nowNanos;
  private long published;
  private long dropped;
  private final OnceAMinute complaint = new OnceAMinute();

  /**
   * A router without feeds.
   *
   * @param windowMillis how long the windows are that are routed here; 0 for readings as they come
   * @param offsets from a block's number to the offset that clients see
   */
  FeedRouter(
      Channel channel,
      long windowMillis,
      LongUnaryOperator offsets,
      StreamLimits limits,
      MetricsClock clock,
      MemoryPool memory,
      StreamStats stats) {
    this.block = new MetricBlock(windowMillis);
    this.offsets = offsets;
    this.clock = clock;
    this.channel = channel;
    this.limits = limits;
    this.memory = memory;
    this.stats = stats;
    this.table = new SeriesTable(channel, limits.seriesPerChannel());
  }

  /** Says which block is the newest before the first one is begun. */
  void startAt(long newest) {
    number = newest;
  }

  /** Begins a block; its number is greater than that of the one before. */
  void begin(long blockNumber) {
    number = blockNumber;
    nowNanos = clock.nanoTime();
    block.clear();
    forgetTouched(); // left if something threw before the block was ended
  }

  /**
   * Notes a reading as its series' newest and offers it to the feeds that want it.
   *
   * @return its series; null if there are too many, and the reading was dropped
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
    series.note(value, aggregate, timeMillis, number);
    series.updatedNanos = nowNanos;
    int index = block.add(series, value, aggregate, timeMillis);
    List<Feed> wanting = series.feeds;
    for (int i = 0; i < wanting.size(); i++) {
      Feed feed = wanting.get(i);
      if (feed.choose(index)) {
        touched.add(feed);
      }
    }
    return series;
  }

  /** Notes as its series' newest what was there before anybody looked. No feed gets it. */
  void remember(
      String name, MetricType type, Tags tags, Aggregate aggregate, long timeMillis, long of) {
    nowNanos = clock.nanoTime();
    Series series = find(name, type, tags);
    if (series != null) {
      series.note(aggregate.value(), aggregate, timeMillis, of);
      series.updatedNanos = nowNanos;
    }
  }

  /** Has each feed that got something write its frames, and tells who listens to it. */
  void end() {
    try {
      for (Feed feed : touched) {
        entry.clear();
        stats.encodings.add(feed.write(block, offsets.applyAsLong(number), entry));
        feed.commit(entry, number, nowNanos);
      }
      stats.evaluations.add(touched.size());
      for (Feed feed : touched) {
        feed.tellListeners();
      }
    } finally {
      forgetTouched();
    }
  }

  private void forgetTouched() {
    touched.forEach(Feed::forgetChosen);
    touched.clear();
  }

  /**
   * Tells every feed that metrics are lost, or may be.
   *
   * @param blockNumber the newest block; what is lost was to come before the next one
   * @param place where clients stand now
   */
  void interrupt(long blockNumber, @Nullable Long missed, Position place) {
    number = blockNumber;
    nowNanos = clock.nanoTime();
    interruption = new Break(blockNumber, missed, place);
    for (Feed feed : feeds.values()) {
      entry.clear();
      feed.writeInterrupted(missed, place, entry);
      feed.commitNotice(entry, number, nowNanos);
    }
    feeds.values().forEach(Feed::tellListeners);
  }

  /**
   * What a client must be told of that passes over everything behind a block: the newest
   * interruption there, or null.
   */
  @Nullable Prelude interruptionAfter(long block, Feed feed) {
    Break lost = interruption;
    if (lost == null || lost.number() < block) {
      return null;
    }
    FrameBuffer notice = new FrameBuffer();
    feed.writeInterrupted(lost.missed(), lost.place(), notice);
    return new Notice(notice);
  }

  /** The block behind which something was missing the last time; smallest if it never was. */
  long brokenAt() {
    Break lost = interruption;
    return lost == null ? Long.MIN_VALUE : lost.number();
  }

  /** The feed for a subscription, made if there is none yet; with one reader more. */
  Feed join(Subscription subscription, FrameEncoder encoder) {
    Feed feed =
        feeds.computeIfAbsent(
            new View(subscription, encoder.encoding()), view -> create(subscription, encoder));
    feed.cursors++;
    return feed;
  }

  /** One reader less. */
  void leave(Feed feed) {
    if (--feed.cursors == 0) {
      feeds.remove(new View(feed.subscription, feed.encoder.encoding()));
      index.remove(feed);
      table.forEachThatMayBeWanted(feed, series -> series.feeds.remove(feed));
      feed.ring.close();
    }
  }

  /** Writes the next piece of what a client catches up with; false if nothing was left to write. */
  boolean write(NewestValues newest, Feed feed, FrameSink sink, int maxFrames) {
    entry.clear();
    int frameCount = newest.step(feed, table, block, offsets, entry, maxFrames);
    if (frameCount > 0) {
      sink.write(Frames.of(entry), 0, entry.length(), frameCount);
    }
    return frameCount > 0;
  }

  /** Notes that a client was too late for its feed. */
  void lapped() {
    stats.laps.increment();
  }

  Totals totals(Feed feed) {
    return new Totals(number, published, dropped, feed.ring.position().metrics());
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
    Series known = table.find(name, type, tags);
    if (known != null) {
      return known;
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
    if (complaint.isDue(nowNanos)) {
      log.warn(
          "channel {} has {} series, as many as it may; new ones such as {} {} are dropped, {} so"
              + " far. Put fewer different values into tags, or raise seriesPerChannel",
          channel,
          table.size(),
          name,
          tags,
          dropped);
    }
  }
}
