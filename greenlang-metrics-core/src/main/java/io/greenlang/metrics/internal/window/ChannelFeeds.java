package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.subscription.Subscription;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of a channel: those of its raw samples, and those of its windows. Used under the
 * channel lock, except {@link #begin}.
 */
public final class ChannelFeeds {

  private final FeedRouter raw;
  private final WindowRollup windows;
  private final FeedNotices notices;

  /**
   * Written under the views lock, because feeds are opened and closed there; any thread may read
   * it.
   */
  private volatile int feedCount;

  /** Creates the feeds from the router of raw samples and the windows into which they fold. */
  public ChannelFeeds(FeedRouter raw, WindowRollup windows) {
    this.raw = raw;
    this.windows = windows;
    this.notices = new FeedNotices(raw, windows);
  }

  /**
   * Begins to acquire the feed for a subscription, which is created if necessary. Called without
   * the channel lock.
   *
   * @param logMillis provides the time at which windows are opened, in epoch milliseconds
   * @param lock the channel lock
   */
  public FeedAcquisition begin(
      Subscription subscription, FrameEncoder encoder, LongSupplier logMillis, ChannelLock lock) {
    return new FeedAcquisition(this, subscription, encoder, logMillis, lock);
  }

  /**
   * Opens the windows of a subscription, if necessary, and returns the resumption to complete
   * before they have readers; null if there is none.
   */
  @Nullable WindowResumption resumption(Subscription subscription, LongSupplier logMillis) {
    Interval interval = subscription.interval();
    if (interval == null) {
      return null;
    }
    windows.getOrOpen(interval, logMillis.getAsLong());
    return windows.resumption(interval);
  }

  /** Returns the feed for a subscription, whose windows are open, and adds a reader. */
  FeedAcquisition.Acquired acquire(Subscription subscription, FrameEncoder encoder) {
    Interval interval = subscription.interval();
    WindowFeeds opened = interval == null ? null : windows.get(interval).feeds();
    GroupBy grouping = opened == null ? null : opened.grouping(subscription);
    FeedRouter router = opened == null ? raw : opened.router(grouping);
    int before = router.feedCount();
    Feed feed = null;
    FeedAcquisition.Acquired acquired = null;
    try {
      feed = router.acquire(subscription, encoder);
      acquired = new FeedAcquisition.Acquired(feed, grouping);
      return acquired;
    } finally {
      addFeeds(router.feedCount() - before);
      if (acquired == null) {
        abandon(feed, opened, grouping);
      }
    }
  }

  /** Removes what an acquisition that failed has left. */
  private void abandon(
      @Nullable Feed feed, @Nullable WindowFeeds opened, @Nullable GroupBy grouping) {
    if (feed != null) {
      release(feed);
    } else if (opened != null && grouping != null) {
      opened.prune(grouping);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  private void addFeeds(int count) {
    feedCount += count;
  }

  /**
   * Removes a reader from a feed, of which no reader could be opened. Called without the channel
   * lock.
   *
   * @param lock the part of the channel lock that protects the feed
   */
  public void abandon(Feed feed, Lock lock) {
    boolean closed;
    lock.lock();
    try {
      closed = release(feed);
    } finally {
      lock.unlock();
    }
    if (closed) {
      feed.detach(lock);
    }
  }

  /**
   * Removes a reader from a feed, and closes the feed if it was the last one. {@link Feed#detach}
   * must follow then.
   *
   * @return whether the feed was closed
   */
  public boolean release(Feed feed) {
    boolean closed = feed.router().release(feed);
    Interval interval = feed.subscription().interval();
    if (closed) {
      addFeeds(-1);
    }
    if (closed && interval != null) {
      windows.get(interval).feeds().pruneGrouping(feed.subscription());
    }
    return closed;
  }

  /**
   * Returns the window numbers of a subscription that has a feed; null if the subscription is for
   * raw samples.
   */
  public @Nullable WindowSequence windowSequence(Subscription subscription) {
    Interval interval = subscription.interval();
    return interval == null ? null : windows.get(interval).feeds().windowSequence();
  }

  /**
   * Reports a gap to every feed. Called under the views lock.
   *
   * @param recording has the router of raw samples record the gap; called under the samples lock
   * @return false if the samples lock stayed busy. If the gap is recorded then, {@link
   *     #completeGap} must follow
   */
  public boolean reportGap(Supplier<FeedRouter.GapMark> recording, ChannelLock.Slices slices) {
    return notices.reportGap(recording, slices);
  }

  /**
   * Reports a gap to the feeds that have yet to receive it. Called under the views lock.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  public boolean completeGap(ChannelLock.Slices slices) {
    return notices.completeGap(slices);
  }

  /**
   * Returns whether some feeds of raw samples have yet to receive a gap. Called under the samples
   * lock.
   */
  public boolean isReportingGap() {
    return notices.isReportingGap();
  }

  /**
   * Reports the metrics dropped at the series limit, at most once per minute, to the feeds that
   * miss one of their series. Called under the views lock.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  public boolean reportDropped(ChannelLock.Slices slices) {
    return notices.reportDropped(slices);
  }

  /**
   * Returns whether all series must be continued before a subscription has a feed, because its
   * windows are new. Any thread.
   */
  public boolean continuesSeries(Subscription subscription) {
    Interval interval = subscription.interval();
    return interval != null && windows.continuesSeries(interval);
  }

  /** Returns the number of feeds that have readers. Any thread. */
  public int feedCount() {
    return feedCount;
  }
}
