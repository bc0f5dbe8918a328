package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Accounting;
import io.greenlang.metrics.feed.FeedCursor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The delivery statistics of all current and closed subscriptions. It has one entry per current
 * subscription. Thread-safe.
 */
final class Ledger {

  private final Set<FeedCursor> open = new HashSet<>();
  private Accounting closed = Accounting.NONE;

  synchronized void open(FeedCursor cursor) {
    open.add(cursor);
  }

  /** Closes a cursor and adds its final statistics to the total. Takes the channel's lock. */
  void close(FeedCursor cursor) {
    Accounting finalStats = cursor.close();
    synchronized (this) {
      if (open.remove(cursor)) {
        closed = closed.plus(finalStats);
      }
    }
  }

  /** Returns the total. Takes the locks of the channels, one after the other. */
  Accounting sum() {
    List<FeedCursor> cursors;
    Accounting sum;
    synchronized (this) {
      cursors = List.copyOf(open);
      sum = closed;
    }
    for (FeedCursor cursor : cursors) {
      sum = sum.plus(cursor.accounting());
    }
    return sum;
  }
}
