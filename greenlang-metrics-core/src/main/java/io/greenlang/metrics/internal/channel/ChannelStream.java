package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.catchup.CatchUp;
import io.greenlang.metrics.internal.catchup.CatchUpPlanner;
import io.greenlang.metrics.internal.catchup.FeedCursor;
import io.greenlang.metrics.internal.catchup.HistoryView;
import io.greenlang.metrics.internal.catchup.LatestValues;
import io.greenlang.metrics.internal.catchup.MergedWindows;
import io.greenlang.metrics.internal.catchup.MissedRange;
import io.greenlang.metrics.internal.catchup.Replay;
import io.greenlang.metrics.internal.catchup.ReplayBoundary;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.HistoryScanner;
import io.greenlang.metrics.internal.sequence.PublicationSequence;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.window.IntervalWindows;
import io.greenlang.metrics.internal.window.WindowRollup;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The ordered stream of one channel's publications, delivered raw and aggregated over the intervals
 * that are subscribed to.
 *
 * <p>All writes run under the channel's own lock, one thread at a time, so series, feeds and
 * encoders need no lock of their own. A publisher processes its own publication synchronously:
 * nothing is queued, so no backlog can build up. Clients read feeds and history without the lock.
 */
public final class ChannelStream {

  /** How long a tick waits for the channel lock; the next tick follows 50 ms later. */
  private static final long LOCK_TIMEOUT_MILLIS = 20;

  private final Channel channel;
  private final ChannelContext context;
  private final @Nullable ChannelHistory history;
  private final ReentrantLock lock = new ReentrantLock();
  private final PublicationSequence publicationIds;
  private final StreamClock logTime = new StreamClock();

  /** Routes raw samples. */
  private final FeedRouter router;

  private final WindowRollup windows;

  /** Creates a stream that recovers the retained log of a channel and continues after it. */
  ChannelStream(Channel channel, ChannelContext context, ChannelLog log) {
    this.channel = channel;
    this.context = context;
    Retention retention = context.retention();
    this.history = retention.isEnabled() ? new ChannelHistory(retention, context.budget()) : null;
    this.publicationIds = new PublicationSequence(log.epoch(), log.offset());
    this.router = router(0, publicationIds::toOffset);
    this.router.startAt(log.offset());
    this.windows =
        new WindowRollup(
            context.aggregators(),
            interval -> router(interval.millis(), windowNumber -> windowNumber),
            router.table(),
            history);
    recover(log);
  }

  private void recover(ChannelLog log) {
    ChannelHistory channelHistory = history;
    if (channelHistory == null) {
      return; // without history there is nothing to recover into
    }
    lock.lock();
    try {
      windows.addRecorders(
          context.broker().watermarkMillis(),
          tier ->
              new WindowRecorder(channel, tier, context, channelHistory, publicationIds::latest));
      new ChannelRecovery(channel, context.aggregators(), channelHistory, windows, router.table())
          .recover(log, context.broker().watermarkMillis(), this::replay);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the channel of this stream. */
  public Channel channel() {
    return channel;
  }

  /**
   * Returns a page of the channel's history; null if no history is retained. Takes no lock, but may
   * take milliseconds: do not call it on an I/O thread.
   */
  public @Nullable HistoryPage find(HistoryQuery query) {
    return history == null
        ? null
        : new HistoryScanner(history, context.aggregators())
            .find(query, context.broker().watermarkMillis() - StreamClock.GRACE_MILLIS);
  }

  /** Accepts the next publication of this channel. */
  public void accept(Publication publication) {
    lock.lock();
    try {
      long logMillis =
          logTime.advanceTo(publication.logMillis(), context.broker()::watermarkMillis);
      process(publication, publicationIds.nextId(publication), logMillis);
      context.stats().publications.increment();
      context.stats().metrics.add(publication.metrics().size());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Accepts a publication that was logged before this instance started; there are no readers yet.
   */
  private void replay(Publication publication) {
    process(publication, publication.offset(), logTime.advanceTo(publication.logMillis()));
  }

  private void process(Publication publication, long publicationId, long logMillis) {
    windows.tick(logMillis);
    router.beginBatch(publicationId);
    int index = 0;
    for (Metric metric : publication.metrics()) {
      process(metric, publicationId, index++, logMillis);
    }
    router.endBatch();
  }

  /** Records a gap and notifies every client. */
  public void reportGap(Gap gap) {
    long missed = gap.missed();
    Long missedOrNull = missed == Gap.UNKNOWN ? null : Long.valueOf(missed);
    lock.lock();
    try {
      publicationIds.recordGap(gap);
      StreamPosition position = new StreamPosition(gap.epoch(), gap.offset());
      router.reportGap(publicationIds.latest(), missedOrNull, position);
      windows.reportGap(gap.epoch(), missedOrNull);
    } finally {
      lock.unlock();
    }
  }

  private void process(Metric metric, long publicationId, int index, long logMillis) {
    long timeMillis = metric.timestampMillis();
    Series series =
        router.route(metric.name(), metric.type(), metric.tags(), metric.value(), null, timeMillis);
    if (series == null) {
      return;
    }
    long foldMillis = StreamClock.foldTime(timeMillis, logMillis);
    if (history != null) {
      if (series.history == null) {
        series.history = history.series(metric.name(), metric.type(), metric.tags());
      }
      history.add(series.history, publicationId, index, timeMillis, foldMillis, metric.value());
    }
    windows.fold(series, metric.value(), foldMillis);
  }

  /**
   * Closes windows that have ended, and evicts expired history. Waits for the channel lock only
   * briefly: a channel blocked by an application's aggregator must not delay the windows of the
   * other channels.
   */
  public void tick() {
    if (!tryLockBriefly()) {
      return;
    }
    try {
      long logMillis = logTime.advanceTo(context.broker().watermarkMillis());
      windows.tick(logMillis);
      if (history != null) {
        history.evictExpired(logMillis);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens a cursor for a subscription; creates the feed if it does not exist. Takes the channel
   * lock and may scan the history, so do not call it on an I/O thread.
   *
   * @param start the start position, which determines the data sent before live metrics
   * @param replaced the client's previous cursor on this channel, or null. It ends exactly where
   *     the new one begins: {@link FeedCursor.Progress#ENDED}
   */
  public FeedCursor open(
      Subscription subscription,
      FrameEncoder encoder,
      StartPosition start,
      @Nullable FeedCursor replaced) {
    FeedCursor cursor;
    ReplayBoundary boundary;
    lock.lock();
    try {
      IntervalWindows intervalWindows = windowsOf(subscription);
      FeedRouter feedRouter =
          intervalWindows == null ? router : intervalWindows.router(subscription);
      Feed feed = feedRouter.acquire(subscription, encoder);
      if (replaced != null) {
        replaced.endAtHead();
      }
      cursor = new FeedCursor(this, feed, feedRouter.totals(feed));
      boundary =
          ReplayBoundary.capture(
              publicationIds,
              intervalWindows == null ? null : intervalWindows.windowSequence(),
              start.since());
    } finally {
      lock.unlock();
    }
    new CatchUpPlanner(this, cursor, boundary).plan(start);
    return cursor;
  }

  /** Returns the number of feeds that have readers. */
  public int feedCount() {
    lock.lock();
    try {
      return router.feedCount() + windows.feedCount();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the number of series. */
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

  long historyEvicted() {
    lock.lock();
    try {
      return history == null ? 0 : history.evicted();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns a view of the history for a feed's subscription; null if no history is retained. Takes
   * no lock.
   */
  @Nullable
  public HistoryView historyView(Feed feed) {
    return history == null
        ? null
        : new HistoryView(feed.subscription, feed.encoder, history, context.aggregators());
  }

  /** Returns a catch-up over latest values that takes the lock for each piece. */
  public CatchUp latestValues(Feed feed, LatestValues latest) {
    return (sink, maxFrames) -> {
      lock.lock();
      try {
        return feed.router.writeLatest(latest, feed, sink, maxFrames);
      } finally {
        lock.unlock();
      }
    };
  }

  /**
   * Moves a lapped cursor to the head and sends the first piece of replacement data. For latest
   * values both happen under one lock: otherwise every series could advance in between, repeatedly,
   * and the client would never receive a value.
   */
  public boolean passOver(FeedCursor cursor, FrameSink sink, int maxFrames) {
    Feed feed = cursor.feed();
    MissedRange missedRange;
    WindowSequence numbers;
    lock.lock();
    try {
      missedRange = cursor.moveToHead(feed.router.totals(feed).publicationId());
      feed.router.recordLap();
      CatchUp gapNotice = feed.router.gapNoticeAfter(missedRange.after(), feed);
      IntervalWindows intervalWindows = windowsOf(feed.subscription());
      if (gapNotice != null) {
        return cursor.step(
            gapNotice, latestValues(feed, cursor.latestValues(missedRange)), sink, maxFrames);
      }
      if (intervalWindows == null || history == null) {
        return cursor.step(latestValues(feed, cursor.latestValues(missedRange)), sink, maxFrames);
      }
      numbers = intervalWindows.windowSequence().copy();
    } finally {
      lock.unlock();
    }
    return cursor.step(mergedWindows(cursor, missedRange, numbers), sink, maxFrames);
  }

  /**
   * Returns the catch-up for missed windows: one window that spans them all, as far as the history
   * reaches.
   */
  private CatchUp mergedWindows(
      FeedCursor cursor, MissedRange missedRange, WindowSequence numbers) {
    Feed feed = cursor.feed();
    HistoryView historyView = historyView(feed);
    long after =
        historyView == null
            ? missedRange.until()
            : Math.max(
                missedRange.after(), numbers.lastUnavailable(historyView.retainedFromMillis()));
    return historyView != null && after < missedRange.until()
        ? new MergedWindows(historyView, numbers, after, missedRange.until(), missedRange.missed())
        : latestValues(feed, cursor.latestValues(missedRange));
  }

  /**
   * Extends a replay if the feed has evicted entries that were published while it ran.
   *
   * @return false if the feed still has all of them
   */
  public boolean extendReplay(FeedCursor cursor, Replay replay) {
    Feed feed = cursor.feed();
    long until;
    lock.lock();
    try {
      if (!cursor.isEvicted() || feed.router.gapNoticeAfter(replay.until(), feed) != null) {
        return false; // a gap must be reported to the client
      }
      until = cursor.skipToHead(feed.router.totals(feed).publicationId());
    } finally {
      lock.unlock();
    }
    HistoryView historyView = historyView(feed);
    if (historyView == null) {
      throw new IllegalStateException("a replay requires history");
    }
    replay.extend(historyView, until);
    return true;
  }

  public DeliveryStats close(FeedCursor cursor) {
    lock.lock();
    try {
      DeliveryStats last = cursor.account(cursor.feed().router.totals(cursor.feed())).finished();
      cursor.feed().router.release(cursor.feed());
      windows.prune();
      return last;
    } finally {
      lock.unlock();
    }
  }

  public DeliveryStats accounting(FeedCursor cursor) {
    lock.lock();
    try {
      return cursor.account(cursor.feed().router.totals(cursor.feed()));
    } finally {
      lock.unlock();
    }
  }

  private @Nullable IntervalWindows windowsOf(Subscription subscription) {
    Interval interval = subscription.interval();
    return interval == null
        ? null
        : windows.getOrOpen(interval, logTime.advanceTo(context.broker().watermarkMillis()));
  }

  private FeedRouter router(long windowMillis, LongUnaryOperator toOffset) {
    return new FeedRouter(
        channel,
        windowMillis,
        toOffset,
        context.limits(),
        context.clock(),
        context.bufferPool(),
        context.stats());
  }

  /**
   * Acquires the lock unless it stays busy for {@value #LOCK_TIMEOUT_MILLIS} ms; returns whether it
   * was acquired.
   */
  private boolean tryLockBriefly() {
    try {
      return lock.tryLock(LOCK_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the ticking thread is being stopped
      return false;
    }
  }
}
