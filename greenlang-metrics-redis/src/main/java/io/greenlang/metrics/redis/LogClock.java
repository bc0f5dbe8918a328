package io.greenlang.metrics.redis;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;

/**
 * Redis' clock, as far as this instance can tell: it is asked once a second, and the answer that
 * came back soonest of the last ones counts. In between, and while Redis is away, monotonic time
 * goes on from there. Any thread.
 */
final class LogClock {

  private static final int SAMPLES = 8;

  private final MetricsClock clock;
  private final long[] offsets = new long[SAMPLES];
  private final long[] roundTrips = new long[SAMPLES];
  private long taken;
  private volatile long offsetMillis;
  private volatile boolean isKnown;
  private volatile double roundTripMillis;

  LogClock(MetricsClock clock) {
    this.clock = clock;
  }

  /** Takes an answer: what Redis' clock showed between two moments of monotonic time. */
  synchronized void take(long redisMillis, long askedNanos, long answeredNanos) {
    long roundTrip = answeredNanos - askedNanos;
    int slot = (int) (taken++ % SAMPLES);
    offsets[slot] = redisMillis - TimeUnit.NANOSECONDS.toMillis(askedNanos + roundTrip / 2);
    roundTrips[slot] = roundTrip;
    int best = slot;
    for (int i = 0; i < Math.min(taken, SAMPLES); i++) {
      if (roundTrips[i] < roundTrips[best]) {
        best = i;
      }
    }
    // a clock that was set is believed at once
    boolean stepped = Math.abs(offsets[best] - offsets[slot]) > 1_000;
    offsetMillis = stepped ? offsets[slot] : offsets[best];
    roundTripMillis = roundTrip / 1e6;
    isKnown = true;
  }

  /** Redis' time now, in milliseconds since 1970; this machine's if Redis was never asked. */
  long millis() {
    return at(System.nanoTime());
  }

  /** Redis' time at a moment of monotonic time. */
  long at(long nanos) {
    if (!isKnown) {
      return clock.wallMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
    return offsetMillis + TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /** How long Redis took to answer, the last time; 0 if it never did. */
  double roundTripMillis() {
    return roundTripMillis;
  }
}
