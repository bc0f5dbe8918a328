package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The publications of one channel, in order, and the feeds made of them.
 *
 * <p>Everything here runs under the channel's own lock, one thread at a time, so series, feeds and
 * encoders need none. Whoever publishes does the work of its publication and no more: nothing is
 * queued, so nothing can pile up. Clients read the feeds without the lock.
 */
public final class ChannelStream {

  private static final Logger log = LoggerFactory.getLogger(ChannelStream.class);
  private static final long COMPLAIN_NANOS = 60_000_000_000L;

  private record View(Subscription subscription, Encoding encoding) {}

  private final Channel channel;
  private final StreamLimits limits;
  private final MetricsClock clock;
  private final MemoryPool memory;
  private final StreamStats stats;
  private final ReentrantLock lock = new ReentrantLock();
  private final SeriesTable table;
  private final Map<View, Feed> feeds = new HashMap<>();

  /** Reused from publication to publication. */
  private final MetricBlock block = new MetricBlock();

  private final FrameBuffer entry = new FrameBuffer();
  private final List<Feed> touched = new ArrayList<>();

  private long offset;
  private long published;
  private long dropped;
  private boolean complained;
  private long lastComplaintNanos;

  ChannelStream(
      Channel channel,
      StreamLimits limits,
      MetricsClock clock,
      MemoryPool memory,
      StreamStats stats) {
    this.channel = channel;
    this.limits = limits;
    this.clock = clock;
    this.memory = memory;
    this.stats = stats;
    this.table = new SeriesTable(limits.seriesPerChannel());
  }

  /** Takes the next publication of this channel. */
  public void accept(Publication publication) {
    lock.lock();
    try {
      long now = clock.nanoTime();
      offset = publication.offset();
      published += publication.metrics().size();
      block.clear();
      for (Metric metric : publication.metrics()) {
        route(metric, now);
      }
      for (Feed feed : touched) {
        entry.clear();
        stats.encodings.add(feed.write(block, entry));
        feed.commit(entry, offset, now);
      }
      stats.publications.increment();
      stats.metrics.add(publication.metrics().size());
      stats.evaluations.add(touched.size());
      for (Feed feed : touched) {
        feed.tellListeners();
      }
    } finally {
      touched.forEach(Feed::forgetChosen);
      touched.clear();
      lock.unlock();
    }
  }

  /**
   * Opens a place at the head of the feed for a subscription, which is made if there is none yet.
   *
   * @param withLatest whether the newest value of every matching series comes first
   * @param replaced the client's cursor on this channel until now, or null. It will end exactly
   *     where the new one begins: {@link FeedCursor#endsBefore}
   */
  public FeedCursor open(
      Subscription subscription,
      FrameEncoder encoder,
      boolean withLatest,
      @Nullable FeedCursor replaced) {
    lock.lock();
    try {
      Feed feed =
          feeds.computeIfAbsent(
              new View(subscription, encoder.encoding()), view -> create(subscription, encoder));
      feed.cursors++;
      RingPosition replacedEnd = replaced == null ? null : replaced.feed().ring.position();
      return new FeedCursor(this, feed, totals(feed), withLatest, replacedEnd);
    } finally {
      lock.unlock();
    }
  }

  /** How many feeds have readers. */
  public int feedCount() {
    lock.lock();
    try {
      return feeds.size();
    } finally {
      lock.unlock();
    }
  }

  /** How many series there are. */
  public int seriesCount() {
    lock.lock();
    try {
      return table.size();
    } finally {
      lock.unlock();
    }
  }

  boolean catchUp(FeedCursor cursor, FrameSink sink) {
    lock.lock();
    try {
      CatchUp catchUp = cursor.catchUpUnderWay(offset);
      entry.clear();
      int frameCount = catchUp.step(cursor.feed(), table, block, entry);
      if (frameCount > 0) {
        sink.write(Frames.of(entry), 0, entry.length(), frameCount);
        return true;
      }
      cursor.caughtUp();
      return false;
    } finally {
      lock.unlock();
    }
  }

  void close(FeedCursor cursor) {
    lock.lock();
    try {
      Feed feed = cursor.feed();
      if (--feed.cursors == 0) {
        feeds.remove(new View(feed.subscription, feed.encoder.encoding()));
        table.all().forEach(series -> series.feeds.remove(feed));
        feed.ring.close();
      }
    } finally {
      lock.unlock();
    }
  }

  Accounting accounting(FeedCursor cursor) {
    lock.lock();
    try {
      return cursor.account(totals(cursor.feed()));
    } finally {
      lock.unlock();
    }
  }

  private Totals totals(Feed feed) {
    return new Totals(offset, published, dropped, feed.ring.position().metrics());
  }

  private Feed create(Subscription subscription, FrameEncoder encoder) {
    Feed feed = new Feed(subscription, encoder, new FrameRing(memory, limits.feedBytes()));
    for (Series series : table.all()) {
      if (subscription.matches(series.name(), series.tags())) {
        series.feeds.add(feed);
      }
    }
    return feed;
  }

  /** Finds a metric's series, notes the value, and offers it to the feeds that want it. */
  private void route(Metric metric, long now) {
    Series series = table.find(metric);
    if (series == null) {
      series = table.add(metric, now);
      if (series == null) {
        drop(metric, now);
        return;
      }
      for (Feed feed : feeds.values()) {
        if (feed.subscription.matches(series.name(), series.tags())) {
          series.feeds.add(feed);
        }
      }
    }
    series.newestValue = metric.value();
    series.newestTimeMillis = metric.timestampMillis();
    series.newestOffset = offset;
    series.updatedNanos = now;
    int index = block.add(series, series.newestValue, series.newestTimeMillis);
    List<Feed> wanting = series.feeds;
    for (int i = 0; i < wanting.size(); i++) {
      Feed feed = wanting.get(i);
      if (feed.choose(index)) {
        touched.add(feed);
      }
    }
  }

  private void drop(Metric metric, long now) {
    dropped++;
    stats.dropped.increment();
    if (!complained || now - lastComplaintNanos > COMPLAIN_NANOS) {
      complained = true;
      lastComplaintNanos = now;
      log.warn(
          "channel {} has {} series, as many as it may; new ones such as {} {} are dropped, {} so"
              + " far. Put fewer different values into tags, or raise seriesPerChannel",
          channel,
          table.size(),
          metric.name(),
          metric.tags(),
          dropped);
    }
  }
}
