package io.greenlang.metrics.websocket.internal.delivery;

import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a session's answers and other actions, in the order in which the client sees their
 * effects. Metrics are not queued. Messages that do not depend on that order can pass an action
 * that waits.
 *
 * <p>The queue is bounded by {@value #MAX_ACTIONS} messages; only a client that sends commands and
 * never reads can fill it. Other actions are always accepted, because each follows a command.
 *
 * <p>Any thread may add; one thread at a time removes.
 */
public final class OutboundQueue {

  /** The outcome of adding an action. */
  public enum SendResult {
    /** The action will be executed. */
    QUEUED,
    /** The client does not read, and the queue is full. The action was discarded. */
    FULL
  }

  static final int MAX_ACTIONS = 1024;

  /**
   * The queued bytes that count as congestion. A bound in bytes is needed as well as the bound on
   * actions, because one history page can exceed a megabyte.
   */
  static final long CONGESTION_BYTES = 1024 * 1024;

  private final Queue<OutboundAction> actions = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** The number of messages that may pass other actions. Briefly negative during an addition. */
  private final AtomicInteger passing = new AtomicInteger();

  /** Adds an action, unless it is a message and the queue is full. Thread-safe. */
  SendResult add(OutboundAction action) {
    if (count.incrementAndGet() > MAX_ACTIONS && action instanceof OutboundAction.Message) {
      count.decrementAndGet();
      return SendResult.FULL;
    }
    bytes.addAndGet(action.byteCount());
    actions.add(action);
    if (isPassing(action)) {
      passing.incrementAndGet(); // after the action, so that a message that is counted is found
    }
    return SendResult.QUEUED;
  }

  /** Returns whether so much is queued that no further commands should run. Thread-safe. */
  boolean isCongested() {
    return count.get() > MAX_ACTIONS / 2 || bytes.get() > CONGESTION_BYTES;
  }

  /** Returns the next action without removing it; null if there is none. */
  @Nullable OutboundAction peek() {
    return actions.peek();
  }

  /**
   * Removes and returns the next message that may pass the actions before it; null if there is
   * none.
   */
  OutboundAction.@Nullable Message pollPassing() {
    if (passing.get() <= 0) {
      return null;
    }
    Iterator<OutboundAction> remaining = actions.iterator();
    while (remaining.hasNext()) {
      if (remaining.next() instanceof OutboundAction.Message message && !message.ordered()) {
        remaining.remove();
        onRemoved(message);
        return message;
      }
    }
    return null;
  }

  /** Removes and returns the next action; null if there is none. */
  @Nullable OutboundAction poll() {
    OutboundAction action = actions.poll();
    if (action != null) {
      onRemoved(action);
    }
    return action;
  }

  private void onRemoved(OutboundAction action) {
    count.decrementAndGet();
    bytes.addAndGet(-action.byteCount());
    if (isPassing(action)) {
      passing.decrementAndGet();
    }
  }

  private static boolean isPassing(OutboundAction action) {
    return action instanceof OutboundAction.Message message && !message.ordered();
  }
}
