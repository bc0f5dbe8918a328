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
    ReaderOpening opening = begin(subscription, encoder, start, replaced, subject);
    try {
      boolean open = false;
      while (!open) {
        open = opening.advance();
      }
      return opening.reader();
    } finally {
      opening.close();
    }
  }

  /** Begins to open a reader, like {@link #open}, in parts. */
  ReaderOpening begin(
      Subscription subscription,
      FrameEncoder encoder,
      StartPosition start,
      @Nullable FeedReader replaced,
      String subject) {
    return new ReaderOpening(
        feeds.begin(subscription, encoder, intake::logMillis, lock),
        feed -> start(feed, start, replaced, viewLimits.add(subject, feed)));
  }

  private FeedReader start(
      Feed feed, StartPosition start, @Nullable FeedReader replaced, Runnable onClosed) {
    boolean started = false;
    try {
      FeedReader reader = open(feed, start, replaced, onClosed);
      started = true;
      return reader;
    } finally {
      if (!started) {
        onClosed.run();
      }
    }
  }

  /** Starts a reader of a feed, and ends the one that it replaces. */
  private FeedReader open(
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

  /** Returns the work to expect of opening a reader, if no other client has the same view. */
  OpeningWork expectedWork(Subscription subscription) {
    long[] counts = new long[2];
    lock.slices()
        .run(
            () -> {
              counts[0] = intake.countCandidates(subscription);
              counts[1] = intake.seriesCount();
            });
    return new OpeningWork(counts[0], feeds.continuesSeries(subscription) ? counts[1] : 0);
  }
}
