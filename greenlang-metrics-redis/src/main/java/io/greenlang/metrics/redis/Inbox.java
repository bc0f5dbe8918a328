package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the dispatcher. What the bus says is bounded: beyond that it is let go, and the
 * channel is remembered, so that it is read from the log instead. All else is told once at a time.
 */
final class Inbox {

  /** Something for the dispatcher to do. */
  sealed interface Arrival {}

  /** The bus said something. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Message(Channel channel, byte[] bytes, long nanos) implements Arrival {}

  /** A subscription stands, perhaps again: what was said before it may be missing. */
  record Subscribed(Set<Channel> channels) implements Arrival {}

  /** A lane has something for this instance's clients. */
  record LocalWork(Lane lane) implements Arrival {}

  /** A lane is together with the others again. */
  record Back(Lane lane) implements Arrival {}

  /** A channel was opened. */
  record Opened(Course course) implements Arrival {}

  /** Redis answers: what could not be read may be read now, and must be if it is not heard. */
  record Retry(Set<Channel> unheard) implements Arrival {}

  private static final long OVERHEAD = 128;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
  private final Set<Channel> overflowed = new LinkedHashSet<>();
  private final long maxBytes;
  private final Counters counters;
  private long bytes;
  private boolean retrying;
  private boolean closed;

  Inbox(long maxBytes, Counters counters) {
    this.maxBytes = maxBytes;
    this.counters = counters;
  }

  /** Takes what the bus said, if there is room. */
  void offer(Message message) {
    lock.lock();
    try {
      long size = message.bytes().length + OVERHEAD;
      if (bytes + size > maxBytes) {
        overflowed.add(message.channel());
        counters.overflowed.increment();
      } else {
        bytes += size;
        arrivals.add(message);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes all else. */
  void add(Arrival arrival) {
    lock.lock();
    try {
      if (arrival instanceof Retry) {
        if (retrying) {
          return;
        }
        retrying = true;
      }
      arrivals.add(arrival);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for what is next; null when it is closed. */
  @Nullable Arrival take() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && arrivals.isEmpty() && overflowed.isEmpty()) {
        changed.await();
      }
      if (closed) {
        return null;
      }
      Arrival next = arrivals.poll();
      if (next == null) {
        Set<Channel> missing = Set.copyOf(overflowed);
        overflowed.clear();
        return new Subscribed(missing);
      }
      if (next instanceof Message message) {
        bytes -= message.bytes().length + OVERHEAD;
      }
      if (next instanceof Retry) {
        retrying = false;
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** When the oldest message that waits came, by monotonic time; else {@code otherwise}. */
  long oldestNanos(long otherwise) {
    lock.lock();
    try {
      return arrivals.peek() instanceof Message message ? message.nanos() : otherwise;
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing more out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      arrivals.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How much waits; for tests of its bound. */
  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
