package io.greenlang.metrics.redis.internal.archive;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.broker.WindowArchive;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.log.Scripts;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A {@link WindowArchive} that stores windows in streams whose ids are the windows' starts. Redis
 * rejects an id that is not greater than the last one, so of all instances that try, only the first
 * one's window is stored, without any lock. The archive has a bounded queue and its own thread.
 * While Redis is unavailable, the queue keeps the latest windows.
 */
public final class RedisWindowArchive implements WindowArchive, Runnable {

  private static final long QUEUE_BYTES = 32L << 20;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  private record QueuedWindow(
      Channel channel, Interval interval, long startMillis, byte[] packed, Duration retention) {
    long bytes() {
      return packed.length + 128L;
    }
  }

  private final NodeConnections connections;
  private final long maxBytes;
  private final HealthTracker health;
  private final BrokerCounters counters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<QueuedWindow> queue = new ArrayDeque<>();

  /** The keys that hold another program's data. */
  private final Set<String> conflictingKeys = new HashSet<>();

  private long bytes;
  private boolean closed;

  /** Creates an archive whose thread is not running. */
  public RedisWindowArchive(BrokerContext context) {
    this.connections = context.newConnections();
    this.maxBytes = context.config().windowBytes();
    this.health = context.health();
    this.counters = context.counters();
  }

  @Override
  public void store(
      Channel channel, Interval interval, long startMillis, byte[] packed, Duration retention) {
    QueuedWindow window = new QueuedWindow(channel, interval, startMillis, packed, retention);
    lock.lock();
    try {
      queue.add(window);
      bytes += window.bytes();
      while (bytes > QUEUE_BYTES && queue.size() > 1) {
        bytes -= queue.remove().bytes();
        counters.increment(Counter.WINDOWS_DROPPED);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Stops the thread, after storing the queued windows if that is possible at once. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    try (connections) {
      QueuedWindow next = awaitOldest();
      while (next != null && tryStore(next)) {
        next = awaitOldest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  /**
   * Stores a window. If that fails, the window stays queued, and the method returns when it should
   * be retried.
   *
   * @return false if the archive was closed meanwhile
   */
  private boolean tryStore(QueuedWindow window) throws InterruptedException {
    try {
      write(window);
      removeStored(window);
      conflictingKeys.remove(key(window));
      if (conflictingKeys.isEmpty()) {
        health.clear(HealthTracker.Activity.ARCHIVE);
      }
      return true;
    } catch (RedisException e) {
      health.report(HealthTracker.Activity.ARCHIVE, e);
      if (e.kind() != RedisException.Kind.CONFLICTING_DATA) {
        return !isClosedAfter(RETRY_NANOS);
      }
      conflictingKeys.add(key(window));
      counters.increment(Counter.WINDOWS_DROPPED);
      removeStored(window); // retrying would block the others forever
      return true;
    }
  }

  /** Waits for the oldest window, which stays queued; returns null when closed. */
  private @Nullable QueuedWindow awaitOldest() throws InterruptedException {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        changed.await();
      }
      return queue.peek();
    } finally {
      lock.unlock();
    }
  }

  private void removeStored(QueuedWindow window) {
    lock.lock();
    try {
      if (queue.remove(window)) { // unless it was dropped meanwhile
        bytes -= window.bytes();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosedAfter(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private static String key(QueuedWindow window) {
    return Replies.text(Keys.windows(window.channel(), window.interval()));
  }

  private void write(QueuedWindow window) throws RedisException {
    byte[] key = Keys.windows(window.channel(), window.interval());
    long retention = window.retention().toMillis();
    if (retention == 0) {
      return;
    }
    Scripts.STORE_WINDOW.call(
        connections,
        key,
        Keys.bytes(1),
        key,
        Keys.bytes(window.startMillis()),
        WindowCompression.pack(window.packed()),
        Keys.bytes(Math.max(0, window.startMillis() - retention)),
        Keys.bytes(retention + window.interval().millis()),
        Keys.bytes(maxBytes));
  }
}
