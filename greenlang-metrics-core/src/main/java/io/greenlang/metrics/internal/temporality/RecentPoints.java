package io.greenlang.metrics.internal.temporality;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The times of the latest points of series, by which a repeated point is recognized. Points may
 * arrive in any order, because a sender can repeat one request while the next ones arrive. Memory
 * is at most {@code maxBytes}; beyond it, the points of further series are not compared.
 * Thread-safe.
 *
 * @param <K> the identity of a series; immutable
 */
final class RecentPoints<K> {

  /**
   * The times of a series: a collector that exports each second and repeats a request after a
   * timeout of 10 s has sent ten points meanwhile.
   */
  static final int MAX_TIMES = 16;

  private final ConcurrentMap<K, Times> series = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final ToLongFunction<K> keyBytes;
  private final long maxBytes;

  RecentPoints(ToLongFunction<K> keyBytes, long maxBytes) {
    this.keyBytes = keyBytes;
    this.maxBytes = maxBytes;
  }

  /** A ring of times. The time 0 is an empty place. */
  private static final class Times {
    final long size;
    private final long[] ring = new long[MAX_TIMES];
    private int next;
    private long usedNanos;

    Times(long size) {
      this.size = size;
    }

    synchronized boolean add(long timeNanos, long nowNanos) {
      usedNanos = nowNanos;
      for (long each : ring) {
        if (each == timeNanos) {
          return false;
        }
      }
      ring[next] = timeNanos;
      next = (next + 1) % MAX_TIMES;
      return true;
    }

    synchronized boolean isIdle(long nowNanos, long idleNanos) {
      return nowNanos - usedNanos > idleNanos;
    }
  }

  /**
   * Adds a point.
   *
   * @param timeNanos the time of the point since 1970, which is not 0
   * @param nowNanos the monotonic time
   * @return false if one of the latest points of the series had the same time
   */
  boolean add(K key, long timeNanos, long nowNanos) {
    Times times = series.get(key);
    if (times == null) {
      times = series.computeIfAbsent(key, this::create);
    }
    return times == null || times.add(timeNanos, nowNanos);
  }

  private @Nullable Times create(K key) {
    long size = keyBytes.applyAsLong(key) + Long.BYTES * (long) MAX_TIMES;
    if (bytes.addAndGet(size) > maxBytes) {
      bytes.addAndGet(-size);
      return null;
    }
    return new Times(size);
  }

  /**
   * Discards the series that had no points for long enough. If a point of one arrives meanwhile,
   * its repetition can go unnoticed.
   */
  void discardIdle(long nowNanos, long idleNanos) {
    series
        .values()
        .removeIf(
            times -> {
              boolean isIdle = times.isIdle(nowNanos, idleNanos);
              if (isIdle) {
                bytes.addAndGet(-times.size);
              }
              return isIdle;
            });
  }

  int size() {
    return series.size();
  }

  long bytes() {
    return bytes.get();
  }
}
