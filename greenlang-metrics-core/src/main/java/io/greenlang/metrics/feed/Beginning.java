package io.greenlang.metrics.feed;

import io.greenlang.metrics.history.HistoryReader;
import io.greenlang.metrics.history.SeriesSnapshot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Works out what a client gets before its feed. Its place in the feed is fixed by then, so time is
 * no matter: the past is read without a lock, up to that place and not further.
 */
final class Beginning {

  private final ChannelStream stream;
  private final FeedCursor cursor;
  private final Joint joint;

  Beginning(ChannelStream stream, FeedCursor cursor, Joint joint) {
    this.stream = stream;
    this.cursor = cursor;
    this.joint = joint;
  }

  void begin(Start start) {
    Long since = joint.since();
    Instant from = start.from();
    if (since != null) {
      beginBehind(since, start);
    } else if (from != null) {
      beginAt(from, start);
    } else {
      begin(joint.head(), false, start, null);
    }
  }

  private void beginBehind(long since, Start start) {
    if (since >= joint.head()) {
      cursor.skipTo(since);
      begin(since, true, start, null);
      return;
    }
    Past past = stream.past(cursor.feed());
    if (past == null || !reaches(past, since)) {
      begin(joint.head(), false, start, null);
    } else {
      begin(since, true, start, replay(past, since, Long.MIN_VALUE));
    }
  }

  private void beginAt(Instant from, Start start) {
    Past past = stream.past(cursor.feed());
    if (past == null) {
      begin(joint.head(), false, start, null);
      return;
    }
    long fromMillis = from.toEpochMilli();
    long asked = lastBefore(past, fromMillis);
    WindowNumbers numbers = joint.numbers();
    long gone = numbers == null ? Long.MIN_VALUE : numbers.lastBefore(past.reachesFrom());
    long after = Math.min(joint.head(), Math.max(asked, gone)); // a part of a window is no window
    Prelude replay = after == joint.head() ? null : replay(past, after, fromMillis);
    boolean recovered = numbers == null ? past.reachesFrom() <= fromMillis : gone <= asked;
    begin(after, recovered, start, replay);
  }

  private void begin(long after, boolean recovered, Start start, @Nullable Prelude replay) {
    Prelude latest = null;
    if (start.latest()) {
      // Of what follows in the replay the newest is not wanted first.
      latest = stream.walk(cursor.feed(), new NewestValues(Long.MIN_VALUE, after, 0, after, 0));
    }
    cursor.begin(new Opening(joint.position(after), recovered), latest, replay);
  }

  private boolean reaches(Past past, long since) {
    WindowNumbers numbers = joint.numbers();
    return numbers == null
        ? past.reachesBehind() <= since
        : numbers.lastBefore(past.reachesFrom()) <= since;
  }

  /** The last block that has nothing that counts at or after that time. */
  private long lastBefore(Past past, long fromMillis) {
    WindowNumbers numbers = joint.numbers();
    if (numbers != null) {
      return numbers.numberAt(fromMillis) - 1;
    }
    long last = Long.MAX_VALUE;
    for (SeriesSnapshot series : past.snapshots()) {
      last = Math.min(last, HistoryReader.before(series, fromMillis));
    }
    return last;
  }

  private Prelude replay(Past past, long after, long fromMillis) {
    WindowNumbers numbers = joint.numbers();
    return numbers == null
        ? new PublicationReplay(past, joint.offsets(), after, joint.head(), fromMillis)
        : new WindowReplay(past, numbers, after, joint.head());
  }
}
