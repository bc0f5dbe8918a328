package io.greenlang.metrics.websocket.internal.ratelimit;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.util.Arrays;

/**
 * A sliding-window limit on the handshakes per second of all clients together. It remembers the
 * times of the last {@code perSecond} handshakes, and the next one comes at least one second after
 * the oldest of them. No second therefore has more than {@code perSecond}, wherever it starts, and
 * a burst of that size is allowed. Each remembered handshake takes eight bytes. Thread-safe.
 */
public final class SlidingWindowLimiter {

  /** The result of {@link #tryReserve} if the handshake would have to wait for too long. */
  public static final long REJECTED = -1;

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final MetricsClock clock;

  /** The times of the last handshakes, as a ring; empty if there is no limit. */
  private final long[] slots;

  private int oldest;

  /**
   * Creates an unused limit.
   *
   * @param perSecond the maximum number of handshakes in any second, up to 100,000; 0 for no limit
   */
  public SlidingWindowLimiter(int perSecond, MetricsClock clock) {
    this.clock = clock;
    this.slots = new long[perSecond];
    Arrays.fill(slots, clock.monotonicNanos() - SECOND_NANOS);
  }

  /**
   * Reserves the next slot for a handshake.
   *
   * @param maxWait the longest time that the handshake can wait
   * @return the nanoseconds until its slot, 0 if it can proceed at once; {@link #REJECTED} if it
   *     would have to wait for too long, in which case nothing is reserved
   */
  public synchronized long tryReserve(Duration maxWait) {
    if (slots.length == 0) {
      return 0;
    }
    long now = clock.monotonicNanos();
    long wait = Math.max(0, slots[oldest] + SECOND_NANOS - now);
    if (wait > maxWait.toNanos()) {
      return REJECTED;
    }
    slots[oldest] = now + wait;
    oldest = (oldest + 1) % slots.length;
    return wait;
  }
}
