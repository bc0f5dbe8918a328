package io.greenlang.metrics.websocket.internal.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingWindowLimiterTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** The monotonic time may overflow. */
  private final long start = Long.MAX_VALUE - 3 * SECOND;

  private final ManualClock clock = new ManualClock(Instant.EPOCH, start);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9, 500, 10_000})
  void reserve_randomTimes_neverExceedsLimitInAnySecond(int perSecond) {
    Random random = new Random(perSecond);
    SlidingWindowLimiter limiter = new SlidingWindowLimiter(perSecond, clock);
    Queue<Long> slots = new PriorityQueue<>();
    for (int i = 0; i < 100_000; i++) {
      long pause =
          random.nextInt(10_000) == 0 ? 2 * SECOND : random.nextInt((int) (SECOND / perSecond));
      clock.advance(Duration.ofNanos(pause));
      long wait = limiter.tryReserve(Duration.ofMillis(random.nextInt(3_000)));
      if (wait != SlidingWindowLimiter.REJECTED) {
        assertThat(wait).isBetween(0L, 3 * SECOND);
        slots.add(clock.monotonicNanos() + wait - start);
      }
    }
    Queue<Long> lastSecond = new PriorityQueue<>();
    int peak = 0;
    while (!slots.isEmpty()) {
      long slot = slots.remove();
      lastSecond.add(slot);
      while (lastSecond.element() <= slot - SECOND) {
        lastSecond.remove();
      }
      peak = Math.max(peak, lastSecond.size());
    }
    assertThat(peak).isEqualTo(perSecond);
  }
}
