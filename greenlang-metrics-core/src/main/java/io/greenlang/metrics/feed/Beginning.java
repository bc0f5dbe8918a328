package io.greenlang.metrics.feed;

import io.greenlang.metrics.history.HistoryReader;
import io.greenlang.metrics.history.SeriesSnapshot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A planner of the data that a client receives before its live feed. The cursor's position in the
 * feed is fixed before planning starts, so planning may take its time. It reads the history without
 * a lock, up to exactly that position.
 */
final class Beginning {

  private final ChannelStream stream;
  private final FeedCursor cursor;
  private final Joint boundary;

  Beginning(ChannelStream stream, FeedCursor cursor, Joint boundary) {
    this.stream = stream;
    this.cursor = cursor;
    this.boundary = boundary;
  }

  void begin(Start start) {
    Long since = boundary.since();
    Instant from = start.from();
    if (since != null) {
      resumeAfter(since, start);
    } else if (from != null) {
      startAtTime(from, start);
    } else {
      begin(boundary.head(), false, start, null);
    }
  }

  private void resumeAfter(long since, Start start) {
    if (since >= boundary.head()) {
      cursor.skipTo(since);
      begin(since, true, start, null);
      return;
    }
    Past history = stream.past(cursor.feed());
    if (history == null || !isRetained(history, since)) {
      begin(boundary.head(), false, start, null);
    } else {
      begin(since, true, start, replay(history, since, Long.MIN_VALUE));
    }
  }

  private void startAtTime(Instant from, Start start) {
    Past history = stream.past(cursor.feed());
    if (history == null) {
      begin(boundary.head(), false, start, null);
      return;
    }
    long fromMillis = from.toEpochMilli();
    long requestedAfter = lastBefore(history, fromMillis);
    WindowNumbers windowNumbers = boundary.numbers();
    long evictedUpTo =
        windowNumbers == null ? Long.MIN_VALUE : windowNumbers.lastBefore(history.reachesFrom());
    long after =
        Math.min(
            boundary.head(),
            Math.max(requestedAfter, evictedUpTo)); // a partly evicted window is not replayed
    Prelude replay = after == boundary.head() ? null : replay(history, after, fromMillis);
    boolean recovered =
        windowNumbers == null ? history.reachesFrom() <= fromMillis : evictedUpTo <= requestedAfter;
    begin(after, recovered, start, replay);
  }

  private void begin(long startAfter, boolean recovered, Start start, @Nullable Prelude replay) {
    Prelude latest = null;
    if (start.latest()) {
      // Series in the replay need no latest value first.
      latest =
          stream.walk(
              cursor.feed(), new NewestValues(Long.MIN_VALUE, startAfter, 0, startAfter, 0));
    }
    cursor.begin(new Opening(boundary.position(startAfter), recovered), latest, replay);
  }

  private boolean isRetained(Past history, long since) {
    WindowNumbers windowNumbers = boundary.numbers();
    return windowNumbers == null
        ? history.reachesBehind() <= since
        : windowNumbers.lastBefore(history.reachesFrom()) <= since;
  }

  /** Returns the last publication id before any sample that counts at or after the given time. */
  private long lastBefore(Past history, long fromMillis) {
    WindowNumbers windowNumbers = boundary.numbers();
    if (windowNumbers != null) {
      return windowNumbers.numberAt(fromMillis) - 1;
    }
    long last = Long.MAX_VALUE;
    for (SeriesSnapshot series : history.snapshots()) {
      last = Math.min(last, HistoryReader.before(series, fromMillis));
    }
    return last;
  }

  private Prelude replay(Past history, long after, long fromMillis) {
    WindowNumbers windowNumbers = boundary.numbers();
    return windowNumbers == null
        ? new PublicationReplay(history, boundary.offsets(), after, boundary.head(), fromMillis)
        : new WindowReplay(history, windowNumbers, after, boundary.head());
  }
}
