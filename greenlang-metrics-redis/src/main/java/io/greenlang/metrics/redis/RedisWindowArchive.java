package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.broker.WindowArchive;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps windows in streams whose ids are the windows' starts. Redis refuses an id that is not
 * greater than the last one, so of all instances that try, the first one's window is kept, without
 * any lock. It has a bounded queue and its own thread; while Redis is away, the queue keeps the
 * newest.
 */
final class RedisWindowArchive implements WindowArchive, Runnable {

  private static final long QUEUE_BYTES = 32L << 20;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Kept(
      Channel channel, Interval interval, long startMillis, byte[] packed, Duration retention) {
    long bytes() {
      return packed.length + 128L;
    }
  }

  private final Links links;
  private final long maxBytes;
  private final Troubles troubles;
  private final Counters counters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Kept> queue = new ArrayDeque<>();

  /** The keys under which another program's data lies. */
  private final Set<String> foreign = new HashSet<>();

  private long bytes;
  private boolean closed;

  RedisWindowArchive(Links links, long maxBytes, Troubles troubles, Counters counters) {
    this.links = links;
    this.maxBytes = maxBytes;
    this.troubles = troubles;
    this.counters = counters;
  }

  @Override
  public void keep(
      Channel channel, Interval interval, long startMillis, byte[] packed, Duration retention) {
    Kept kept = new Kept(channel, interval, startMillis, packed, retention);
    lock.lock();
    try {
      queue.add(kept);
      bytes += kept.bytes();
      while (bytes > QUEUE_BYTES && queue.size() > 1) {
        bytes -= queue.remove().bytes();
        counters.windowsDropped.increment();
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends it; what waits is kept first, if that is possible at once. */
  void close() {
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
    try (links) {
      for (Kept next = take(); next != null; next = take()) {
        try {
          write(next);
          done(next);
          foreign.remove(key(next));
          if (foreign.isEmpty()) {
            troubles.clear(Troubles.Scope.ARCHIVE);
          }
        } catch (RedisFailure e) {
          troubles.report(Troubles.Scope.ARCHIVE, e);
          if (e.kind() == RedisFailure.Kind.FOREIGN_DATA) {
            foreign.add(key(next));
            counters.windowsDropped.increment();
            done(next); // it would hold up the others for ever
          } else if (isClosedAfter(RETRY_NANOS)) {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  /** The oldest that waits, which stays there; null when it is closed. */
  private @Nullable Kept take() throws InterruptedException {
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

  private void done(Kept kept) {
    lock.lock();
    try {
      if (queue.remove(kept)) { // unless there was no room for it any more
        bytes -= kept.bytes();
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

  private static String key(Kept kept) {
    return Answers.text(Keys.windows(kept.channel(), kept.interval()));
  }

  private void write(Kept kept) throws RedisFailure {
    byte[] key = Keys.windows(kept.channel(), kept.interval());
    long retention = kept.retention().toMillis();
    if (retention == 0) {
      return;
    }
    Scripts.KEEP.call(
        links,
        key,
        Keys.bytes(1),
        key,
        Keys.bytes(kept.startMillis()),
        Deflate.pack(kept.packed()),
        Keys.bytes(Math.max(0, kept.startMillis() - retention)),
        Keys.bytes(retention + kept.interval().millis()),
        Keys.bytes(maxBytes));
  }
}
