package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.DeliveryStats;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The delivery statistics of all current and closed subscriptions. It holds one reader per current
 * subscription. Thread-safe.
 */
final class DeliveryLedger {

  private final Set<FeedReader> open = new HashSet<>();
  private final Set<FeedReader> closing = new HashSet<>();
  private DeliveryStats closed = DeliveryStats.EMPTY;

  /** Includes a new reader. If there is no memory for that, it closes the reader. */
  void open(FeedReader reader) {
    boolean added = false;
    try {
      synchronized (this) {
        open.add(reader);
      }
      added = true;
    } finally {
      if (!added) {
        reader.close();
      }
    }
  }

  /**
   * Closes a reader and adds its final statistics to the total. A reader that is already closed is
   * left unchanged. Takes the channel's lock.
   */
  void close(FeedReader reader) {
    synchronized (this) {
      if (!open.contains(reader) || !closing.add(reader)) {
        return;
      }
    }
    DeliveryStats finalStats = DeliveryStats.EMPTY;
    try {
      finalStats = reader.close();
    } finally {
      synchronized (this) {
        open.remove(reader);
        closing.remove(reader);
        closed = closed.plus(finalStats);
      }
    }
  }

  /** Returns the total. Takes the locks of the channels, one after the other. */
  DeliveryStats total() {
    List<FeedReader> readers;
    DeliveryStats sum;
    synchronized (this) {
      readers = List.copyOf(open);
      sum = closed;
    }
    for (FeedReader reader : readers) {
      sum = sum.plus(reader.stats());
    }
    return sum;
  }
}
