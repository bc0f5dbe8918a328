package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The publications of one channel, in order: as they come, and aggregated over the intervals that
 * somebody asks for.
 *
 * <p>Everything here runs under the channel's own lock, one thread at a time, so series, feeds and
 * encoders need none. Whoever publishes does the work of its publication and no more: nothing is
 * queued, so nothing can pile up. Clients read the feeds without the lock.
 */
public final class ChannelStream {

  /** How long a tick waits for the channel; there is another in 50 ms. */
  private static final long PATIENCE_MILLIS = 20;

  private final Channel channel;
  private final StreamLimits limits;
  private final MetricsClock clock;
  private final Aggregators aggregators;
  private final MemoryPool memory;
  private final StreamStats stats;
  private final ReentrantLock lock = new ReentrantLock();

  /** For readings as they come. */
  private final FeedRouter router;

  private final Map<Interval, Windows> windows = new EnumMap<>(Interval.class);

  /** The values of {@link #windows}, to walk without an iterator. */
  private List<Windows> folding = List.of();

  ChannelStream(
      Channel channel,
      StreamLimits limits,
      MetricsClock clock,
      Aggregators aggregators,
      MemoryPool memory,
      StreamStats stats) {
    this.channel = channel;
    this.limits = limits;
    this.clock = clock;
    this.aggregators = aggregators;
    this.memory = memory;
    this.stats = stats;
    this.router = new FeedRouter(channel, null, limits, memory, stats);
  }

  /** The channel that this is the stream of. */
  public Channel channel() {
    return channel;
  }

  /** Takes the next publication of this channel. */
  public void accept(Publication publication) {
    lock.lock();
    try {
      router.begin(publication.offset(), clock.nanoTime());
      for (Metric metric : publication.metrics()) {
        long time = metric.timestampMillis();
        Series series =
            router.route(metric.name(), metric.type(), metric.tags(), metric.value(), null, time);
        for (int i = 0; series != null && i < folding.size(); i++) {
          folding.get(i).fold(series, metric.value(), time);
        }
      }
      router.end();
      stats.publications.increment();
      stats.metrics.add(publication.metrics().size());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes the windows whose time is over. It waits for the channel a moment only: one that an
   * aggregator of a host keeps busy must not hold up the windows of all the others.
   */
  public void tick() {
    if (!isMineSoon()) {
      return;
    }
    try {
      for (Windows each : folding) {
        each.tick(clock.wallMillis(), clock.nanoTime());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens a place at the head of the feed for a subscription, which is made if there is none yet.
   *
   * @param withLatest whether the newest value of every matching series comes first
   * @param replaced the client's cursor on this channel until now, or null. It ends exactly where
   *     the new one begins: {@link FeedCursor.Progress#ENDED}
   */
  public FeedCursor open(
      Subscription subscription,
      FrameEncoder encoder,
      boolean withLatest,
      @Nullable FeedCursor replaced) {
    lock.lock();
    try {
      Feed feed = routerOf(subscription).join(subscription, encoder);
      if (replaced != null) {
        replaced.end();
      }
      return new FeedCursor(this, feed, feed.router.totals(feed), withLatest);
    } finally {
      lock.unlock();
    }
  }

  /** How many feeds have readers. */
  public int feedCount() {
    lock.lock();
    try {
      return router.feedCount() + folding.stream().mapToInt(Windows::feedCount).sum();
    } finally {
      lock.unlock();
    }
  }

  /** How many series there are. */
  public int seriesCount() {
    lock.lock();
    try {
      return router.table().size();
    } finally {
      lock.unlock();
    }
  }

  boolean catchUp(FeedCursor cursor, FrameSink sink) {
    lock.lock();
    try {
      return cursor.feed().router.catchUp(cursor, sink);
    } finally {
      lock.unlock();
    }
  }

  void close(FeedCursor cursor) {
    lock.lock();
    try {
      cursor.feed().router.leave(cursor.feed());
      Collection<Windows> all = windows.values();
      all.removeIf(
          each -> {
            boolean unused = each.isUnused();
            if (unused) {
              each.detach(router.table());
            }
            return unused;
          });
      folding = List.copyOf(all);
    } finally {
      lock.unlock();
    }
  }

  Accounting accounting(FeedCursor cursor) {
    lock.lock();
    try {
      return cursor.account(cursor.feed().router.totals(cursor.feed()));
    } finally {
      lock.unlock();
    }
  }

  /** Takes the lock, unless that takes long. */
  private boolean isMineSoon() {
    try {
      return lock.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever ticks is being stopped
      return false;
    }
  }

  private FeedRouter routerOf(Subscription subscription) {
    Interval interval = subscription.interval();
    if (interval == null) {
      return router;
    }
    Windows found = windows.get(interval);
    if (found == null) {
      found = new Windows(interval, aggregators, () -> windowRouter(interval), clock.wallMillis());
      windows.put(interval, found);
      folding = new ArrayList<>(windows.values());
    }
    return found.router(subscription);
  }

  private FeedRouter windowRouter(Interval interval) {
    return new FeedRouter(channel, interval, limits, memory, stats);
  }
}
