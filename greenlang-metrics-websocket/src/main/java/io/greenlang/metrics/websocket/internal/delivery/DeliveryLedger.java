package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.DeliveryStats;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The delivery statistics of all current and closed subscriptions. It holds one cursor per current
 * subscription. Thread-safe.
 */
final class DeliveryLedger {

  private final Set<FeedReader> open = new HashSet<>();
  private final Set<FeedReader> closing = new HashSet<>();
  private DeliveryStats closed = DeliveryStats.EMPTY;

  /** Includes a new cursor. */
  synchronized void open(FeedReader cursor) {
    open.add(cursor);
  }

  /**
   * Closes a cursor and adds its final statistics to the total. A cursor that is already closed is
   * left unchanged. Takes the channel's lock.
   */
  void close(FeedReader cursor) {
    synchronized (this) {
      if (!open.contains(cursor) || !closing.add(cursor)) {
        return;
      }
    }
    DeliveryStats finalStats = DeliveryStats.EMPTY;
    try {
      finalStats = cursor.close();
    } finally {
      synchronized (this) {
        open.remove(cursor);
        closing.remove(cursor);
        closed = closed.plus(finalStats);
      }
    }
  }

  /** Returns the total. Takes the locks of the channels, one after the other. */
  DeliveryStats total() {
    List<FeedReader> cursors;
    DeliveryStats sum;
    synchronized (this) {
      cursors = List.copyOf(open);
      sum = closed;
    }
    for (FeedReader cursor : cursors) {
      sum = sum.plus(cursor.accounting());
    }
    return sum;
  }
}
