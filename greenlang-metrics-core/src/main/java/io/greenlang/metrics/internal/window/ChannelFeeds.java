package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of a channel: those of its raw samples, and those of its windows. Used under the
 * channel lock.
 */
public final class ChannelFeeds {

  private final FeedRouter raw;
  private final WindowRollup windows;

  /** Creates the feeds from the router of raw samples and the windows into which they fold. */
  public ChannelFeeds(FeedRouter raw, WindowRollup windows) {
    this.raw = raw;
    this.windows = windows;
  }

  /**
   * Returns the feed for a subscription, creating it if necessary, and adds a reader.
   *
   * @param logMillis provides the time at which windows are opened, in epoch milliseconds
   */
  public Feed acquire(Subscription subscription, FrameEncoder encoder, LongSupplier logMillis) {
    Interval interval = subscription.interval();
    FeedRouter router =
        interval == null
            ? raw
            : windows.getOrOpen(interval, logMillis.getAsLong()).router(subscription);
    return router.acquire(subscription, encoder);
  }

  /** Removes a reader from a feed, and closes feeds and windows that are no longer in use. */
  public void release(Feed feed) {
    feed.router().release(feed);
    windows.prune();
  }

  /**
   * Returns the window numbers of a subscription that has a feed; null if the subscription is for
   * raw samples.
   */
  public @Nullable WindowSequence windowSequence(Subscription subscription) {
    Interval interval = subscription.interval();
    return interval == null ? null : windows.get(interval).windowSequence();
  }

  /**
   * Reports a gap to every feed.
   *
   * @param publicationId the latest publication id; the loss is between it and the next one
   * @param missed the number of lost metrics; null if unknown
   * @param position the position of the readers of raw samples from here on
   */
  public void reportGap(long publicationId, @Nullable Long missed, StreamPosition position) {
    raw.reportGap(publicationId, missed, position);
    windows.reportGap(position.epoch(), missed);
  }

  /**
   * Reports the metrics dropped at the series limit, at most once per minute, to the feeds that
   * miss one of their series. A window misses the samples that were dropped before it.
   */
  public void reportDropped() {
    List<FeedRouter> routers = new ArrayList<>();
    windows.forEachRouter(routers::add);
    raw.reportDropped(routers);
    routers.forEach(router -> router.reportDropped(List.of()));
  }

  /** Returns the number of feeds that have readers. */
  public int feedCount() {
    return raw.feedCount() + windows.feedCount();
  }
}
