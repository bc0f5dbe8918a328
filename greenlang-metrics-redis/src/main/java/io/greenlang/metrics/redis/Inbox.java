package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The queue in front of the dispatcher. Bus messages are bounded by size: beyond the limit they are
 * discarded, and the channel is remembered, so that the dispatcher reads its log instead. All other
 * events are few, and are always queued.
 */
final class Inbox {

  /** An event for the dispatcher. */
  sealed interface Arrival {}

  /** A message from the bus. */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Message(Channel channel, byte[] bytes, long nanos) implements Arrival {}

  /** A subscription was established, perhaps again: earlier messages may be missing. */
  record Subscribed(Set<Channel> channels) implements Arrival {}

  /** A channel has local publications for this instance's clients. */
  record LocalWork(Lane lane) implements Arrival {}

  /** A channel can leave local mode. */
  record Back(Lane lane) implements Arrival {}

  /** A channel was opened. */
  record Opened(Course course) implements Arrival {}

  /**
   * Redis replies: reads that failed can be retried. The logs of channels without a subscription
   * must be read.
   */
  record Retry(Set<Channel> unheard) implements Arrival {}

  private static final long OVERHEAD = 128;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Arrival> events = new ArrayDeque<>();
  private final Set<Channel> overflowed = new LinkedHashSet<>();
  private final long maxBytes;
  private final Counters counters;
  private long bytes;
  private boolean retryQueued;
  private boolean closed;

  Inbox(long maxBytes, Counters counters) {
    this.maxBytes = maxBytes;
    this.counters = counters;
  }

  /** Adds a bus message, if there is room. */
  void offer(Message message) {
    lock.lock();
    try {
      long size = message.bytes().length + OVERHEAD;
      if (bytes + size > maxBytes) {
        overflowed.add(message.channel());
        counters.overflowed.increment();
      } else {
        bytes += size;
        events.add(message);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Adds any other event. A {@link Retry} is queued at most once at a time. */
  void add(Arrival event) {
    lock.lock();
    try {
      if (event instanceof Retry) {
        if (retryQueued) {
          return;
        }
        retryQueued = true;
      }
      events.add(event);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next event; returns null when closed. */
  @Nullable Arrival take() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && events.isEmpty() && overflowed.isEmpty()) {
        changed.await();
      }
      if (closed) {
        return null;
      }
      Arrival next = events.poll();
      if (next == null) {
        Set<Channel> missing = Set.copyOf(overflowed);
        overflowed.clear();
        return new Subscribed(missing);
      }
      if (next instanceof Message message) {
        bytes -= message.bytes().length + OVERHEAD;
      }
      if (next instanceof Retry) {
        retryQueued = false;
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns when the message at the head of the queue arrived, in monotonic time.
   *
   * @param defaultNanos returned if no message is at the head
   */
  long oldestNanos(long defaultNanos) {
    lock.lock();
    try {
      return events.peek() instanceof Message message ? message.nanos() : defaultNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the queue: {@link #take} returns no more events. */
  void close() {
    lock.lock();
    try {
      closed = true;
      events.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the size of the queued messages; for tests of the bound. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
