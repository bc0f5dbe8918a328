package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.CatchUpPlanner;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.StreamStats;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.HistoryScanner;
import io.greenlang.metrics.internal.history.MemoryBudget;
import io.greenlang.metrics.internal.metadata.ChannelMetadata;
import io.greenlang.metrics.internal.metadata.ViewMetadata;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.internal.window.ChannelFeeds;
import io.greenlang.metrics.internal.window.ChannelLock;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The ordered stream of one channel's publications, delivered raw and aggregated over the intervals
 * that are subscribed to.
 *
 * <p>All writes run under the channel's own lock, one thread at a time, so series, feeds and
 * encoders need no lock of their own. A publisher processes its own publication, unless another
 * thread holds the lock and does so ({@link PublicationBacklog}). Clients read feeds and history
 * without the lock.
 */
public final class ChannelStream {

  /** The collaborators and settings shared by all streams of a hub. */
  record Context(
      ChannelLimits limits,
      MetricsClock clock,
      Aggregators aggregators,
      Retention retention,
      Broker broker,
      MemoryBudget budget,
      DirectBufferPool bufferPool,
      StreamStats stats,
      DerivedStatistics derivedStatistics,
      ViewLimits viewLimits) {}

  private static final String PUBLICATION_FAILED =
      "Failed to deliver a publication of channel {}; its other metrics are missing";
  private static final String CLOSING_FAILED =
      "Failed to complete the aggregation windows or a gap of channel {}; retrying";

  /** How long a tick waits for the channel lock; the next tick follows 50 ms later. */
  private static final long LOCK_TIMEOUT_MILLIS = 20;

  /**
   * The number of attempts to complete the work of a tick before a thread continues without. The
   * feeds that this concerns report a gap.
   */
  private static final int COMPLETION_ATTEMPTS = 3;

  private final Channel channel;
  private final Context context;
  private final @Nullable ChannelHistory history;
  private final ChannelMetadata metadata;
  private final ChannelIntake intake;
  private final DeferredFailure publicationFailure;
  private final DeferredFailure windowFailure;
  private final PublicationBacklog backlog;
  private final ChannelLock lock;
  private final ChannelFeeds feeds;
  private final FeedReaders readers;

  /** Creates a stream that recovers the retained log of a channel and continues after it. */
  ChannelStream(Channel channel, Context context, ChannelLog log) {
    this.channel = channel;
    this.context = context;
    this.metadata = new ChannelMetadata(channel, context.derivedStatistics());
    Retention retention = context.retention();
    this.history = retention.isEnabled() ? new ChannelHistory(retention, context.budget()) : null;
    this.intake = new ChannelIntake(channel, context, history, log);
    ThrottledLog throttledLog =
        new ThrottledLog(LoggerFactory.getLogger(ChannelStream.class), context.clock());
    this.publicationFailure = new DeferredFailure(channel, throttledLog, PUBLICATION_FAILED);
    this.windowFailure = new DeferredFailure(channel, throttledLog, CLOSING_FAILED);
    this.backlog = new PublicationBacklog(intake, publicationFailure);
    this.lock = new ChannelLock(backlog);
    this.feeds = intake.feeds();
    this.readers =
        new FeedReaders(
            lock,
            intake,
            new CatchUpPlanner(lock, feeds, history, context.aggregators()),
            context.viewLimits());
    locked(lock.both(), () -> intake.recover(log));
    lock.completeWith(this::completeTick);
  }

  /**
   * Completes the work of a tick for a thread that acquires the views lock. A failure is not that
   * thread's. The next attempt continues after it.
   */
  @SuppressWarnings("CatchThrowable") // logged by the next tick
  private void completeTick() {
    boolean complete = false;
    for (int i = 0; i < COMPLETION_ATTEMPTS && !complete; i++) {
      try {
        complete = intake.completeTick(lock.slices());
      } catch (Throwable e) {
        windowFailure.record(e);
      }
    }
  }

  /** Returns the channel of this stream. */
  public Channel channel() {
    return channel;
  }

  /**
   * Accepts the next publication of this channel. If the thread of a command holds the lock for
   * longer than most slices last, that thread accepts it. No reader then sees the channel without
   * it.
   */
  public void accept(Publication publication) {
    if (lock.tryLockSamples()) {
      acceptLocked(publication);
    } else if (!lock.isTicking() && backlog.offer(publication)) {
      if (!lock.settle()) { // the other thread may have released the samples lock before the offer
        acceptBacklog();
      }
    } else {
      lock.lockSamples();
      acceptLocked(publication);
    }
  }

  /** Accepts a publication under the samples lock, and releases it. */
  private void acceptLocked(Publication publication) {
    boolean accepted;
    try {
      accepted = backlog.drain() && intake.tryAccept(publication);
    } finally {
      lock.unlockSamples();
    }
    if (!accepted) {
      locked(lock.both(), () -> intake.closeAndAccept(publication));
    }
  }

  /** Accepts all publications that were left before, and closes windows where necessary. */
  private void acceptBacklog() {
    locked(lock.both(), () -> {});
  }

  /** Records a gap and notifies every client. */
  public void reportGap(Gap gap) {
    if (!backlog.isEmpty()) {
      acceptBacklog(); // those publications precede the gap
    }
    locked(lock.views(), () -> intake.reportGap(gap, lock.slices()));
  }

  /**
   * Closes windows that have ended, and evicts expired history. Waits for the channel lock only
   * briefly: a channel blocked by an application's aggregator must not delay the windows of the
   * other channels. Logs a failure to accept the backlog.
   */
  public void tick() {
    publicationFailure.log();
    windowFailure.log();
    if (!lock.tryLockViews(LOCK_TIMEOUT_MILLIS)) {
      return;
    }
    try {
      intake.tick(lock.slices(LOCK_TIMEOUT_MILLIS));
    } finally {
      lock.unlockViews();
    }
  }

  /**
   * Opens a reader for a subscription; creates the feed if it does not exist. May take seconds,
   * because it may match all series and read their history, so do not call it on an I/O thread. It
   * holds the channel lock for short slices only.
   *
   * @param start the start position, which determines the data sent before live metrics
   * @param replaced the client's previous reader on this channel, or null. It ends exactly where
   *     the new one begins: {@link FeedReader.Progress#ENDED}
   */
  public FeedReader open(
      Subscription subscription,
      FrameEncoder encoder,
      StartPosition start,
      @Nullable FeedReader replaced) {
    return open(subscription, encoder, start, replaced, "");
  }

  /**
   * Opens a reader, like the other method, whose view counts as one of a subject's.
   *
   * @param subject the subject, for {@link #viewLimits}
   */
  public FeedReader open(
      Subscription subscription,
      FrameEncoder encoder,
      StartPosition start,
      @Nullable FeedReader replaced,
      String subject) {
    return readers.open(subscription, encoder, start, replaced, subject);
  }

  /**
   * Begins to open a reader, like the other methods, in parts between which the caller can give its
   * thread back.
   */
  public ReaderOpening beginOpening(
      Subscription subscription,
      FrameEncoder encoder,
      StartPosition start,
      @Nullable FeedReader replaced,
      String subject) {
    return readers.begin(subscription, encoder, start, replaced, subject);
  }

  /** Returns the work to expect of opening a reader, if no other client has the same view. */
  public OpeningWork expectedWork(Subscription subscription) {
    return readers.expectedWork(subscription);
  }

  /** Returns the units and descriptions of the channel's metrics. */
  public ChannelMetadata metadata() {
    return metadata;
  }

  /**
   * Has the client of a reader receive metadata. Called before the reader is first polled. Like
   * {@link #open}, it may take seconds.
   */
  public void addMetadata(FeedReader reader) {
    Feed feed = reader.feed();
    Subscription view = feed.subscription();
    boolean isNarrowed = !view.tags().equals(TagFilter.ALL);
    reader.receiveMetadata(
        new ViewMetadata(
            metadata, view::matchesName, isNarrowed ? feed.names(lock.of(view)) : null));
  }

  /**
   * Returns a page of the channel's history; null if no history is retained. Waits for no lock for
   * more than 20 ms, but may take milliseconds: do not call it on an I/O thread.
   */
  public @Nullable HistoryPage find(HistoryQuery query) {
    HistoryScan scan = scan(query);
    if (scan == null) {
      return null;
    }
    while (!scan.isComplete()) {
      scan.advance();
    }
    return scan.page();
  }

  /**
   * Begins to scan the channel's history for a page, in slices; returns null if no history is
   * retained. Waits for no lock for more than 20 ms.
   */
  public @Nullable HistoryScan scan(HistoryQuery query) {
    if (history == null) {
      return null;
    }
    // A publication is in the history when publish() has returned, unless the lock stays held.
    lock.acceptBacklog(LOCK_TIMEOUT_MILLIS);
    HistoryScanner scanner =
        new HistoryScanner(history, context.aggregators(), context.derivedStatistics());
    long closedMillis = context.broker().watermarkMillis() - StreamClock.GRACE_MILLIS;
    return new HistoryScan(scanner.begin(query, closedMillis));
  }

  /** Returns the limits on distinct views, which all streams of a hub share. */
  public ViewLimits viewLimits() {
    return context.viewLimits();
  }

  /** Returns the number of feeds that have readers. */
  public int feedCount() {
    return feeds.feedCount();
  }

  /** Returns the number of series. */
  public int seriesCount() {
    return (int) count(intake::seriesCount);
  }

  long historyEntries() {
    return history == null ? 0 : count(history::entries);
  }

  long historyEvicted() {
    return history == null ? 0 : count(history::evicted);
  }

  private long count(LongSupplier counter) {
    long[] count = new long[1];
    lock.slices().run(() -> count[0] = counter.getAsLong());
    return count[0];
  }

  private static void locked(Lock part, Runnable action) {
    part.lock();
    try {
      action.run();
    } finally {
      part.unlock();
    }
  }
}
