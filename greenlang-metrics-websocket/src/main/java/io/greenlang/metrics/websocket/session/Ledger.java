package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Accounting;
import io.greenlang.metrics.feed.FeedCursor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What became of all metrics on their way to clients, over all subscriptions that there are and
 * were. Holds one entry for each that there is. Any thread.
 */
final class Ledger {

  private final Set<FeedCursor> open = new HashSet<>();
  private Accounting closed = Accounting.NONE;

  synchronized void open(FeedCursor cursor) {
    open.add(cursor);
  }

  /** Closes a place in a feed and keeps how it came out. Takes the channel's lock. */
  void close(FeedCursor cursor) {
    Accounting last = cursor.close();
    synchronized (this) {
      if (open.remove(cursor)) {
        closed = closed.plus(last);
      }
    }
  }

  /** The sum. Takes the locks of the channels, one after the other. */
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
