package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The acquisition of the feed for a subscription, with a reader. It runs in parts of about {@value
 * #PART} series, after each of which the caller can give its thread back. One thread at a time,
 * without the channel lock. Work on all series of the channel is done without it or in slices.
 */
public final class FeedAcquisition {

  /** The number of series after which a part ends. */
  static final int PART = 1_024;

  /**
   * A feed with a reader.
   *
   * @param grouping the grouping that routes it; null if there is none
   */
  record Acquired(Feed feed, @Nullable GroupBy grouping) {}

  private final ChannelFeeds feeds;
  private final Subscription subscription;
  private final FrameEncoder encoder;
  private final LongSupplier logMillis;
  private final ChannelLock lock;

  /** The resumption that this acquisition completes; null if there is none. */
  private @Nullable WindowResumption resumption;

  private @Nullable Acquired acquired;
  private boolean complete;
  private long comparedSeries;
  private long resumedSeries;

  /**
   * Begins an acquisition.
   *
   * @param logMillis provides the time at which windows are opened, in epoch milliseconds
   */
  FeedAcquisition(
      ChannelFeeds feeds,
      Subscription subscription,
      FrameEncoder encoder,
      LongSupplier logMillis,
      ChannelLock lock) {
    this.feeds = feeds;
    this.subscription = subscription;
    this.encoder = encoder;
    this.logMillis = logMillis;
    this.lock = lock;
  }

  /**
   * Runs the next part, or waits for a thread that runs one for the same windows or feed.
   *
   * @return whether the feed is ready
   */
  public boolean advance() {
    if (!complete && acquire()) {
      complete = prepare(Objects.requireNonNull(acquired));
    }
    return complete;
  }

  /** Returns the feed, which must be ready. */
  public Feed feed() {
    return Objects.requireNonNull(acquired).feed();
  }

  /** Returns the number of series that were compared with the subscription by this acquisition. */
  public long comparedSeries() {
    return comparedSeries;
  }

  /** Returns the number of series that this acquisition has continued in new windows. */
  public long resumedSeries() {
    return resumedSeries;
  }

  /** Continues the series of new windows, and then acquires the feed; returns whether it has. */
  private boolean acquire() {
    while (acquired == null) {
      WindowResumption pending = acquireOrJoin();
      int resumed = pending == null ? 0 : pending.advance(lock.both(), PART);
      resumedSeries += resumed;
      if (resumed >= PART) {
        return false;
      }
    }
    return true;
  }

  /** Acquires the feed, unless there is a resumption to complete before, which is returned. */
  private @Nullable WindowResumption acquireOrJoin() {
    lock.both().lock();
    try {
      WindowResumption pending = feeds.resumption(subscription, logMillis);
      join(pending);
      if (pending == null) {
        acquired = feeds.acquire(subscription, encoder);
      }
      return pending;
    } finally {
      lock.both().unlock();
    }
  }

  /** Joins a resumption in place of the one before. Called under the channel lock. */
  private void join(@Nullable WindowResumption pending) {
    if (pending == resumption) {
      return;
    }
    if (resumption != null) {
      resumption.leave();
    }
    resumption = pending;
    if (pending != null) {
      pending.join();
    }
  }

  private boolean prepare(Acquired opened) {
    GroupBy grouping = opened.grouping();
    if (grouping != null && !grouping.seedLatest(lock.of(subscription), PART)) {
      return false;
    }
    comparedSeries += opened.feed().match(lock.of(subscription), PART);
    return opened.feed().isMatched();
  }

  /**
   * Releases the acquired feed, and the new windows unless another client opens them. Called at
   * most once, and not after a reader was opened.
   */
  public void abandon() {
    try {
      if (resumption != null) {
        leaveResumption();
      }
    } finally {
      if (acquired != null) {
        feeds.abandon(acquired.feed(), lock.of(subscription));
      }
    }
  }

  private void leaveResumption() {
    lock.both().lock();
    try {
      join(null);
    } finally {
      lock.both().unlock();
    }
  }
}
