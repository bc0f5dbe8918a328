package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.internal.catchup.CatchUpPlanner;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.catchup.ReplayBoundary;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.window.ChannelFeeds;
import io.greenlang.metrics.internal.window.ChannelLock;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The opening of readers on one channel. A reader that cannot be opened leaves neither a feed nor a
 * view of its subject. Any thread, without the channel lock.
 */
final class FeedReaders {

  private final ChannelLock lock;
  private final ChannelIntake intake;
  private final ChannelFeeds feeds;
  private final CatchUpPlanner planner;
  private final ViewLimits viewLimits;

  FeedReaders(
      ChannelLock lock, ChannelIntake intake, CatchUpPlanner planner, ViewLimits viewLimits) {
    this.lock = lock;
    this.intake = intake;
    this.feeds = intake.feeds();
    this.planner = planner;
    this.viewLimits = viewLimits;
  }

  /**
   * Opens a reader at the head of the feed for a subscription.
   *
   * @param start the start position, which determines the data sent before live metrics
   * @param replaced the client's previous reader, which ends where the new one begins; or null
   * @param subject the subject whose view this is
   */
  FeedReader open(
      Subscription subscription,
      FrameEncoder encoder,
      StartPosition start,
      @Nullable FeedReader replaced,
      String subject) {
    Feed feed = feeds.open(subscription, encoder, intake::logMillis, lock);
    Runnable onClosed = null;
    try {
      onClosed = viewLimits.add(subject, feed);
      return start(feed, start, replaced, onClosed);
    } catch (RuntimeException | Error e) {
      abandon(feed, onClosed);
      throw e;
    }
  }

  private void abandon(Feed feed, @Nullable Runnable onClosed) {
    try {
      feeds.abandon(feed, lock.of(feed.subscription()));
    } finally {
      if (onClosed != null) {
        onClosed.run();
      }
    }
  }

  /** Starts a reader of a feed, and ends the one that it replaces. */
  private FeedReader start(
      Feed feed, StartPosition start, @Nullable FeedReader replaced, Runnable onClosed) {
    Subscription subscription = feed.subscription();
    FeedReader reader;
    ReplayBoundary boundary;
    lock.both().lock();
    try {
      reader = new FeedReader(lock.of(subscription), feeds, planner, feed, onClosed);
      boundary =
          ReplayBoundary.capture(
              intake.publicationSequence(), feeds.windowSequence(subscription), start.since());
      reader.requireKey(boundary);
      if (replaced != null) {
        replaced.endAtHead(); // last: it continues if the new one cannot be opened
      }
    } finally {
      lock.both().unlock();
    }
    reader.start(start, boundary);
    return reader;
  }
}
