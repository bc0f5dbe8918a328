package io.greenlang.metrics.websocket.internal.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.websocket.internal.server.ServerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of clients that lose their instance and reconnect to another one. This is a simulation
 * with virtual time, clients that back off as ours do ({@code
 * clients/greenlang-metrics-client-js/src/backoff.ts}), and the real limit.
 */
class ReconnectStormTest {

  private static final double NANOS = 1e9;
  private static final int PER_SECOND = 400;

  /** The default of our clients. */
  private static final double MAX_BACKOFF_SECONDS = 30;

  /** The maximum wait on the server's own port. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(8);

  /** The time from an attempt to its rejection. */
  private static final double ROUND_TRIP_SECONDS = 0.002;

  private final ManualClock clock = new ManualClock(Instant.EPOCH, 0);

  /** A client's next attempt, and the number of its attempts that were rejected so far. */
  private record Attempt(double seconds, int rejections) {}

  /**
   * The time at which the last client connected, the most connections accepted in any second, and
   * the most that were queued at any time.
   */
  private record Outcome(double seconds, int peak, int queued) {}

  private final Queue<Attempt> attempts =
      new PriorityQueue<>(Comparator.comparingDouble(Attempt::seconds));

  private void scheduleAttempt(double seconds, int rejections, Random random) {
    double maxBackoff = Math.min(MAX_BACKOFF_SECONDS, Math.pow(2, rejections));
    attempts.add(new Attempt(seconds + maxBackoff * random.nextDouble(), rejections));
  }

  private Outcome simulate(int perSecond, Random random) {
    SlidingWindowLimiter limiter = new SlidingWindowLimiter(perSecond, clock);
    List<Long> slots = new ArrayList<>();
    Queue<Long> queue = new PriorityQueue<>();
    int queued = 0;
    for (Attempt attempt = attempts.poll(); attempt != null; attempt = attempts.poll()) {
      clock.advance(Duration.ofNanos((long) (attempt.seconds() * NANOS) - clock.monotonicNanos()));
      long wait = limiter.tryReserve(MAX_WAIT);
      if (wait == SlidingWindowLimiter.REJECTED) {
        scheduleAttempt(attempt.seconds() + ROUND_TRIP_SECONDS, attempt.rejections() + 1, random);
      } else {
        slots.add(clock.monotonicNanos() + wait);
        queue.add(clock.monotonicNanos() + wait);
        queue.removeIf(slot -> slot <= clock.monotonicNanos());
        queued = Math.max(queued, queue.size());
      }
    }
    Collections.sort(slots);
    return new Outcome(slots.get(slots.size() - 1) / NANOS, peak(slots), queued);
  }

  /** Returns the most slots in any second. */
  private static int peak(List<Long> sortedSlots) {
    int peak = 0;
    int windowStart = 0;
    for (int last = 0; last < sortedSlots.size(); last++) {
      while (sortedSlots.get(windowStart) <= sortedSlots.get(last) - (long) NANOS) {
        windowStart++;
      }
      peak = Math.max(peak, last - windowStart + 1);
    }
    return peak;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void reserve_5000ClientsOfFailedInstance_reconnectWithin30Seconds(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      scheduleAttempt(0, 0, random);
    }

    Outcome outcome = simulate(PER_SECOND, random);

    assertThat(outcome.seconds()).isLessThan(30);
    assertThat(outcome.peak()).isEqualTo(PER_SECOND);
    assertThat(outcome.queued())
        .as("all behind one proxy")
        .isLessThan(ServerOptions.MAX_PENDING_CONNECTIONS_PER_ADDRESS.defaultValue());
  }

  @Test
  void reserve_10000ClientsOfFailedInstance_reconnectWithin45Seconds() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      scheduleAttempt(0, 0, random);
    }

    Outcome outcome = simulate(PER_SECOND, random);

    assertThat(outcome.seconds()).isLessThan(45);
    assertThat(outcome.peak()).isEqualTo(PER_SECOND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void closeAll_10000ClientsOver30Seconds_staysBelowLimit(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      scheduleAttempt(30.0 * i / 10_000, 0, random); // as SessionRegistry.closeAll spreads them
    }

    Outcome outcome = simulate(0, random);

    assertThat(outcome.seconds()).isLessThan(31);
    assertThat(outcome.peak()).isLessThan(PER_SECOND);
  }
}
