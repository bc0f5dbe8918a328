package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Interruption;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.ChannelHistory;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.HistorySearch;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.subscription.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The publications of one channel, in order: as they come, and aggregated over the intervals that
 * somebody asks for.
 *
 * <p>Everything here runs under the channel's own lock, one thread at a time, so series, feeds and
 * encoders need none. Whoever publishes does the work of its publication and no more: nothing is
 * queued, so nothing can pile up. Clients read the feeds without the lock, and the past, too.
 */
public final class ChannelStream {

  /** How long a tick waits for the channel; there is another in 50 ms. */
  private static final long PATIENCE_MILLIS = 20;

  private final Channel channel;
  private final StreamParts parts;
  private final @Nullable ChannelHistory history;
  private final ReentrantLock lock = new ReentrantLock();
  private final Numbering numbering;
  private final LogTime time = new LogTime();

  /** For readings as they come. */
  private final FeedRouter router;

  private final WindowCascade windows;

  /** The stream of a channel that goes on behind what there is of its log, and knows that past. */
  ChannelStream(Channel channel, StreamParts parts, ChannelLog log) {
    this.channel = channel;
    this.parts = parts;
    Retention retention = parts.retention();
    this.history = retention.isKept() ? new ChannelHistory(retention, parts.budget()) : null;
    this.numbering = new Numbering(log.epoch(), log.offset());
    this.router = router(0, numbering::offset);
    this.router.startAt(log.offset());
    this.windows =
        new WindowCascade(
            parts.aggregators(),
            interval -> router(interval.millis(), number -> number),
            router.table(),
            history);
    restore(log);
  }

  private void restore(ChannelLog log) {
    ChannelHistory keeper = history;
    if (keeper == null) {
      return; // nobody could ask for it
    }
    lock.lock();
    try {
      windows.keep(
          parts.broker().logMillis(),
          tier -> new KeptWindows(channel, tier, parts, keeper, numbering::newest));
      new Restoration(channel, parts.aggregators(), keeper, windows, router.table())
          .restore(log, parts.broker().logMillis(), this::replay);
    } finally {
      lock.unlock();
    }
  }

  /** The channel that this is the stream of. */
  public Channel channel() {
    return channel;
  }

  /**
   * Finds a page of the channel's past; null if none is kept. It takes no lock, and may take
   * milliseconds: not on an I/O thread.
   */
  public @Nullable HistoryPage find(HistoryQuery query) {
    return history == null
        ? null
        : new HistorySearch(history, parts.aggregators())
            .find(query, parts.broker().logMillis() - LogTime.GRACE_MILLIS);
  }

  /** Takes the next publication of this channel. */
  public void accept(Publication publication) {
    lock.lock();
    try {
      long logMillis = time.at(publication.logMillis(), parts.broker()::logMillis);
      take(publication, numbering.next(publication), logMillis);
      parts.stats().publications.increment();
      parts.stats().metrics.add(publication.metrics().size());
    } finally {
      lock.unlock();
    }
  }

  /** Takes what was published before this instance was there; nobody reads yet. */
  private void replay(Publication publication) {
    take(publication, publication.offset(), time.at(publication.logMillis()));
  }

  private void take(Publication publication, long number, long logMillis) {
    windows.tick(logMillis);
    router.begin(number);
    int index = 0;
    for (Metric metric : publication.metrics()) {
      take(metric, number, index++, logMillis);
    }
    router.end();
  }

  /** Takes notice that something is missing, and tells every client. */
  public void interrupt(Interruption interruption) {
    long missed = interruption.missed();
    Long known = missed == Interruption.UNKNOWN ? null : Long.valueOf(missed);
    lock.lock();
    try {
      numbering.interrupt(interruption);
      Position place = new Position(interruption.epoch(), interruption.offset());
      router.interrupt(numbering.newest(), known, place);
      windows.interrupt(interruption.epoch(), known);
    } finally {
      lock.unlock();
    }
  }

  private void take(Metric metric, long number, int index, long logMillis) {
    long timeMillis = metric.timestampMillis();
    Series series =
        router.route(metric.name(), metric.type(), metric.tags(), metric.value(), null, timeMillis);
    if (series == null) {
      return;
    }
    long foldMillis = LogTime.fold(timeMillis, logMillis);
    if (history != null) {
      if (series.history == null) {
        series.history = history.series(metric.name(), metric.type(), metric.tags());
      }
      history.add(series.history, number, index, timeMillis, foldMillis, metric.value());
    }
    windows.fold(series, metric.value(), foldMillis);
  }

  /**
   * Closes the windows whose time is over, and lets go of what is too old. It waits for the channel
   * a moment only: one that an aggregator of a host keeps busy must not hold up the windows of all
   * the others.
   */
  public void tick() {
    if (!isMineSoon()) {
      return;
    }
    try {
      long logMillis = time.at(parts.broker().logMillis());
      windows.tick(logMillis);
      if (history != null) {
        history.tick(logMillis);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens a place in the feed for a subscription, which is made if there is none yet. Not on an I/O
   * thread: it takes the channel's lock, and may look through its past.
   *
   * @param start what comes before that which is published from now on
   * @param replaced the client's cursor on this channel until now, or null. It ends exactly where
   *     the new one begins: {@link FeedCursor.Progress#ENDED}
   */
  public FeedCursor open(
      Subscription subscription, FrameEncoder encoder, Start start, @Nullable FeedCursor replaced) {
    FeedCursor cursor;
    Joint joint;
    lock.lock();
    try {
      Windows of = windowsOf(subscription);
      FeedRouter in = of == null ? router : of.router(subscription);
      Feed feed = in.join(subscription, encoder);
      if (replaced != null) {
        replaced.end();
      }
      cursor = new FeedCursor(this, feed, in.totals(feed));
      joint = Joint.of(numbering, of == null ? null : of.numbers(), start.since());
    } finally {
      lock.unlock();
    }
    new Beginning(this, cursor, joint).begin(start);
    return cursor;
  }

  /** How many feeds have readers. */
  public int feedCount() {
    lock.lock();
    try {
      return router.feedCount() + windows.feedCount();
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

  long historyEntries() {
    lock.lock();
    try {
      return history == null ? 0 : history.entries();
    } finally {
      lock.unlock();
    }
  }

  long historyLetGo() {
    lock.lock();
    try {
      return history == null ? 0 : history.letGo();
    } finally {
      lock.unlock();
    }
  }

  /** The past that a feed's subscription asks for; null if none is kept. Takes no lock. */
  @Nullable Past past(Feed feed) {
    return history == null
        ? null
        : new Past(feed.subscription, feed.encoder, history, parts.aggregators());
  }

  /** A walk over newest values, which takes the lock for each piece. */
  Prelude walk(Feed feed, NewestValues newest) {
    return (sink, maxFrames) -> {
      lock.lock();
      try {
        return feed.router.write(newest, feed, sink, maxFrames);
      } finally {
        lock.unlock();
      }
    };
  }

  /**
   * Moves a cursor that is too late to the head, and takes the first step of what stands for what
   * it passes over. With newest values that is one step under one lock: else all of the series
   * might move on in between, again and again, and the client would never see a value.
   */
  boolean passOver(FeedCursor cursor, FrameSink sink, int maxFrames) {
    Feed feed = cursor.feed();
    Lapse lapse;
    WindowNumbers numbers;
    lock.lock();
    try {
      lapse = cursor.passOver(feed.router.totals(feed).number());
      feed.router.lapped();
      Prelude notice = feed.router.interruptionAfter(lapse.after(), feed);
      Windows of = windowsOf(feed.subscription());
      if (notice != null) {
        return cursor.step(notice, walk(feed, cursor.newestValues(lapse)), sink, maxFrames);
      }
      if (of == null || history == null) {
        return cursor.step(walk(feed, cursor.newestValues(lapse)), sink, maxFrames);
      }
      numbers = of.numbers().frozen();
    } finally {
      lock.unlock();
    }
    return cursor.step(widened(cursor, lapse, numbers), sink, maxFrames);
  }

  /** What stands for windows: one as wide as all of them, as far as the past reaches. */
  private Prelude widened(FeedCursor cursor, Lapse lapse, WindowNumbers numbers) {
    Feed feed = cursor.feed();
    Past past = past(feed);
    long after =
        past == null
            ? lapse.until()
            : Math.max(lapse.after(), numbers.lastBefore(past.reachesFrom()));
    return past != null && after < lapse.until()
        ? new WidenedWindows(past, numbers, after, lapse.until(), lapse.missed())
        : walk(feed, cursor.newestValues(lapse));
  }

  /**
   * Has a replay go on, if the feed has forgotten what came while it ran.
   *
   * @return false if the feed has it all
   */
  boolean extend(FeedCursor cursor, Replay replay) {
    Feed feed = cursor.feed();
    long until;
    lock.lock();
    try {
      if (!cursor.isForgotten() || feed.router.interruptionAfter(replay.until(), feed) != null) {
        return false; // if something is missing, that must be told
      }
      until = cursor.skip(feed.router.totals(feed).number());
    } finally {
      lock.unlock();
    }
    Past past = past(feed);
    if (past == null) {
      throw new IllegalStateException("a replay without a history");
    }
    replay.extend(past, until);
    return true;
  }

  Accounting close(FeedCursor cursor) {
    lock.lock();
    try {
      Accounting last = cursor.account(cursor.feed().router.totals(cursor.feed())).ended();
      cursor.feed().router.leave(cursor.feed());
      windows.prune();
      return last;
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

  private @Nullable Windows windowsOf(Subscription subscription) {
    Interval interval = subscription.interval();
    return interval == null ? null : windows.get(interval, time.at(parts.broker().logMillis()));
  }

  private FeedRouter router(long windowMillis, LongUnaryOperator offsets) {
    return new FeedRouter(
        channel,
        windowMillis,
        offsets,
        parts.limits(),
        parts.clock(),
        parts.memory(),
        parts.stats());
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
}
