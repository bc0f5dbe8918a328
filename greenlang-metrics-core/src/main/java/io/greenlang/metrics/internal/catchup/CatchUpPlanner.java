package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.history.SeriesReader;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StartResult;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A planner of the data that a client receives before its live feed. The cursor's position in the
 * feed is fixed before planning starts, so planning may take its time. It reads the history without
 * a lock, up to exactly that position.
 */
public final class CatchUpPlanner {

  private final ChannelStream stream;
  private final FeedCursor cursor;
  private final ReplayBoundary boundary;

  public CatchUpPlanner(ChannelStream stream, FeedCursor cursor, ReplayBoundary boundary) {
    this.stream = stream;
    this.cursor = cursor;
    this.boundary = boundary;
  }

  public void plan(StartPosition start) {
    Long since = boundary.resumeAfter();
    Instant from = start.from();
    if (since != null) {
      resumeAfter(since, start);
    } else if (from != null) {
      startAtTime(from, start);
    } else {
      plan(boundary.latestPublicationId(), false, start, null);
    }
  }

  private void resumeAfter(long since, StartPosition start) {
    if (since >= boundary.latestPublicationId()) {
      cursor.markReceived(since);
      plan(since, true, start, null);
      return;
    }
    HistoryView history = stream.historyView(cursor.feed());
    if (history == null || !isRetained(history, since)) {
      plan(boundary.latestPublicationId(), false, start, null);
    } else {
      plan(since, true, start, replay(history, since, Long.MIN_VALUE));
    }
  }

  private void startAtTime(Instant from, StartPosition start) {
    HistoryView history = stream.historyView(cursor.feed());
    if (history == null) {
      plan(boundary.latestPublicationId(), false, start, null);
      return;
    }
    long fromMillis = from.toEpochMilli();
    long requestedAfter = lastBefore(history, fromMillis);
    WindowSequence windowNumbers = boundary.windowSequence();
    long evictedUpTo =
        windowNumbers == null
            ? Long.MIN_VALUE
            : windowNumbers.lastUnavailable(history.retainedFromMillis());
    long after =
        Math.min(
            boundary.latestPublicationId(),
            Math.max(requestedAfter, evictedUpTo)); // a partly evicted window is not replayed
    CatchUp replay =
        after == boundary.latestPublicationId() ? null : replay(history, after, fromMillis);
    boolean recovered =
        windowNumbers == null
            ? history.retainedFromMillis() <= fromMillis
            : evictedUpTo <= requestedAfter;
    plan(after, recovered, start, replay);
  }

  private void plan(
      long startAfter, boolean recovered, StartPosition start, @Nullable CatchUp replay) {
    CatchUp latest = null;
    if (start.latest()) {
      // Series in the replay need no latest value first.
      latest =
          stream.latestValues(
              cursor.feed(), new LatestValues(Long.MIN_VALUE, startAfter, 0, startAfter, 0));
    }
    cursor.startWith(new StartResult(boundary.position(startAfter), recovered), latest, replay);
  }

  private boolean isRetained(HistoryView history, long since) {
    WindowSequence windowNumbers = boundary.windowSequence();
    return windowNumbers == null
        ? history.retainedAfterPublication() <= since
        : windowNumbers.lastUnavailable(history.retainedFromMillis()) <= since;
  }

  /** Returns the last publication id before any sample that counts at or after the given time. */
  private long lastBefore(HistoryView history, long fromMillis) {
    WindowSequence windowNumbers = boundary.windowSequence();
    if (windowNumbers != null) {
      return windowNumbers.numberContaining(fromMillis) - 1;
    }
    long last = Long.MAX_VALUE;
    for (SeriesSnapshot series : history.snapshots()) {
      last = Math.min(last, SeriesReader.publicationBefore(series, fromMillis));
    }
    return last;
  }

  private CatchUp replay(HistoryView history, long after, long fromMillis) {
    WindowSequence windowNumbers = boundary.windowSequence();
    return windowNumbers == null
        ? new PublicationReplay(
            history, boundary.toOffset(), after, boundary.latestPublicationId(), fromMillis)
        : new WindowReplay(history, windowNumbers, after, boundary.latestPublicationId());
  }
}
