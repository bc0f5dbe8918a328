package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedCursor.MissedRange;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.SeriesReader;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.window.ChannelFeeds;
import io.greenlang.metrics.internal.window.ChannelLock;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StartResult;
import java.time.Instant;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A planner of the data that the clients of a channel receive before live frames. It decides from
 * the position of a cursor, which is fixed beforehand: planning may therefore take its time. It
 * reads the history without a lock, up to exactly that position. Any thread.
 */
public final class CatchUpPlanner {

  /** One or two catch-ups, in this order. */
  record Plan(CatchUp first, @Nullable CatchUp second) {}

  /** The outcome of a start position, and the catch-ups before live frames; null for none. */
  record StartPlan(StartResult result, @Nullable Plan plan) {}

  private final ChannelLock lock;
  private final ChannelFeeds feeds;
  private final @Nullable ChannelHistory history;
  private final Aggregators aggregators;
  private final LatestSlice.Pool slices = new LatestSlice.Pool();

  /**
   * Creates a planner for a channel.
   *
   * @param lock the channel lock
   * @param history null if no history is retained
   */
  public CatchUpPlanner(
      ChannelLock lock,
      ChannelFeeds feeds,
      @Nullable ChannelHistory history,
      Aggregators aggregators) {
    this.lock = lock;
    this.feeds = feeds;
    this.history = history;
    this.aggregators = aggregators;
  }

  /** Plans the catch-up between the requested start position and the cursor. */
  StartPlan forStart(FeedCursor cursor, StartPosition start, ReplayBoundary boundary) {
    return new StartPlanner(cursor, start, boundary).plan();
  }

  /**
   * Moves a cursor to the head and plans the replacement for the missed metrics: one window that
   * spans all missed ones, as far as the history reaches, or the latest values. A gap in between is
   * reported first. Called under the channel lock.
   */
  Plan forLag(FeedCursor cursor, LatestValues.Rotation rotation) {
    Feed feed = cursor.feed();
    MissedRange missed = cursor.moveToHead();
    feed.router().recordLap();
    FeedRouter.GapMark gap = feed.router().gapAfter(missed.after());
    LatestValues latestValues = LatestValues.replacing(missed, source(feed), rotation);
    if (gap != null) {
      return feed.reports(gap)
          ? new Plan(gapNotice(gap, feed), latestValues)
          : new Plan(latestValues, null);
    }
    WindowSequence windowSequence = feeds.windowSequence(feed.subscription());
    if (windowSequence == null || history == null) {
      return new Plan(latestValues, null);
    }
    ChannelHistory source = history;
    return new Plan(
        new MergedWindows(() -> view(source, feed), windowSequence.copy(), missed, latestValues),
        null);
  }

  private LatestValues.Source source(Feed feed) {
    return new LatestValues.Source(feed, lock.of(feed.subscription()), slices);
  }

  private static CatchUp gapNotice(FeedRouter.GapMark gap, Feed feed) {
    FrameBuffer notice = new FrameBuffer();
    feed.writeGap(gap, notice);
    return new CatchUp.Single(notice);
  }

  /**
   * Extends a replay to the current head if the feed has evicted entries that were published while
   * it ran.
   *
   * @return false if the feed still has all of them, if there is no history, if a gap must be
   *     reported first, or if the replay was extended often enough
   */
  boolean extend(Replay replay, FeedCursor cursor) {
    Feed feed = cursor.feed();
    if (history == null || !replay.mayBeExtended()) {
      return false;
    }
    long until;
    Lock part = lock.of(feed.subscription());
    part.lock();
    try {
      if (!cursor.isEvicted() || feed.router().gapAfter(replay.until()) != null) {
        return false; // a gap must be reported to the client
      }
      until = cursor.skipToHead();
    } finally {
      part.unlock();
    }
    replay.extend(view(history, feed), until);
    return true;
  }

  private HistoryView view(ChannelHistory source, Feed feed) {
    return new HistoryView(feed, source, aggregators);
  }

  /** The decisions about one start position. */
  private final class StartPlanner {

    private final FeedCursor cursor;
    private final StartPosition start;
    private final ReplayBoundary boundary;
    private final @Nullable WindowSequence windowSequence;

    StartPlanner(FeedCursor cursor, StartPosition start, ReplayBoundary boundary) {
      this.cursor = cursor;
      this.start = start;
      this.boundary = boundary;
      this.windowSequence = boundary.windowSequence();
    }

    StartPlan plan() {
      Long since = boundary.resumeAfter();
      Instant from = start.from();
      if (since != null) {
        return resumeAfter(since);
      }
      return from == null ? startLive() : startAt(from.toEpochMilli());
    }

    private StartPlan resumeAfter(long since) {
      if (since >= boundary.latestPublicationId()) {
        cursor.markReceived(since);
        return startAfter(since, true, null);
      }
      HistoryView view = historyView();
      return view == null || !isRetained(view, since)
          ? startLive()
          : startAfter(since, true, replay(view, since, Long.MIN_VALUE));
    }

    private StartPlan startAt(long fromMillis) {
      HistoryView view = historyView();
      if (view == null) {
        return startLive();
      }
      long requestedAfter = lastBefore(view, fromMillis);
      // A partly evicted window is not replayed.
      long evictedUpTo =
          windowSequence == null
              ? Long.MIN_VALUE
              : windowSequence.lastUnavailable(view.retainedFromMillis());
      long latest = boundary.latestPublicationId();
      long after = Math.min(latest, Math.max(requestedAfter, evictedUpTo));
      boolean recovered =
          windowSequence == null
              ? view.retainedFromMillis() <= fromMillis
              : evictedUpTo <= requestedAfter;
      CatchUp replay = after == latest ? null : replay(view, after, fromMillis);
      return startAfter(after, recovered, replay, replayed(view, fromMillis));
    }

    private StartPlan startLive() {
      boolean isRequested = start.since() != null || start.from() != null;
      return startAfter(boundary.latestPublicationId(), isRequested ? false : null, null);
    }

    /** Returns the part of the latest values that the replay from a time omits. */
    private LatestValues.Replayed replayed(HistoryView view, long fromMillis) {
      return windowSequence == null
          ? new LatestValues.Replayed(
              boundary.latestPublicationId(), Math.max(fromMillis, view.retainedFromMillis()))
          : LatestValues.Replayed.NONE;
    }

    private StartPlan startAfter(
        long publicationId, @Nullable Boolean recovered, @Nullable CatchUp replay) {
      return startAfter(publicationId, recovered, replay, LatestValues.Replayed.NONE);
    }

    private StartPlan startAfter(
        long publicationId,
        @Nullable Boolean recovered,
        @Nullable CatchUp replay,
        LatestValues.Replayed replayed) {
      StartResult result = new StartResult(boundary.position(publicationId), recovered);
      if (start.latest()) {
        // A latest value in the replay is not sent first.
        CatchUp latest = LatestValues.upTo(publicationId, replayed, source(cursor.feed()));
        return new StartPlan(result, new Plan(latest, replay));
      }
      return new StartPlan(result, replay == null ? null : new Plan(replay, null));
    }

    private @Nullable HistoryView historyView() {
      return history == null ? null : view(history, cursor.feed());
    }

    private boolean isRetained(HistoryView view, long since) {
      return windowSequence == null
          ? view.retainedAfterPublication() <= since
          : windowSequence.lastUnavailable(view.retainedFromMillis()) <= since;
    }

    /** Returns the last publication id before any sample that counts at or after the given time. */
    private long lastBefore(HistoryView view, long fromMillis) {
      if (windowSequence != null) {
        return windowSequence.numberContaining(fromMillis) - 1;
      }
      long last = Long.MAX_VALUE;
      for (SeriesSnapshot series : view.snapshots()) {
        last = Math.min(last, SeriesReader.publicationBefore(series, fromMillis));
      }
      return last;
    }

    private CatchUp replay(HistoryView view, long after, long fromMillis) {
      long until = boundary.latestPublicationId();
      return windowSequence == null
          ? new PublicationReplay(view, boundary.toOffset(), after, until, fromMillis)
          : new WindowReplay(
              view, windowSequence, skipEmpty(view, windowSequence, after, until), until);
    }

    /** Returns the last window number before the first window that can have samples. */
    private static long skipEmpty(
        HistoryView view, WindowSequence windows, long after, long until) {
      long earliestMillis = view.earliestMillis();
      return earliestMillis == Long.MAX_VALUE
          ? until
          : Math.min(until, Math.max(after, windows.numberContaining(earliestMillis) - 1));
    }
  }
}
