package io.greenlang.metrics.redis.internal.log;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;

/**
 * An estimate of Redis' clock. It samples the time once per second, and uses the one of the latest
 * samples with the shortest round trip. In between, and while Redis is unavailable, it advances by
 * monotonic time. Thread-safe.
 */
public final class LogClock {

  private static final int SAMPLES = 8;

  private final MetricsClock clock;
  private final long[] offsets = new long[SAMPLES];
  private final long[] roundTrips = new long[SAMPLES];
  private long sampleCount;
  private volatile long offsetMillis;
  private volatile boolean known;
  private volatile double roundTripMillis;

  /** Creates an estimate without samples. */
  public LogClock(MetricsClock clock) {
    this.clock = clock;
  }

  /** Adds a sample: the time that Redis reported between two moments of monotonic time. */
  public synchronized void addSample(long redisMillis, long sentNanos, long receivedNanos) {
    long roundTrip = receivedNanos - sentNanos;
    int slot = (int) (sampleCount++ % SAMPLES);
    offsets[slot] = redisMillis - TimeUnit.NANOSECONDS.toMillis(sentNanos + roundTrip / 2);
    roundTrips[slot] = roundTrip;
    int best = bestSlot(slot);
    // A clock that was reset is followed at once.
    boolean stepped = Math.abs(offsets[best] - offsets[slot]) > 1_000;
    offsetMillis = stepped ? offsets[slot] : offsets[best];
    roundTripMillis = roundTrip / 1e6;
    known = true;
  }

  /** Returns the sample with the shortest round trip; of equal ones, the given one. */
  private int bestSlot(int slot) {
    int best = slot;
    for (int i = 0; i < Math.min(sampleCount, SAMPLES); i++) {
      if (roundTrips[i] < roundTrips[best]) {
        best = i;
      }
    }
    return best;
  }

  /**
   * Returns Redis' current time in epoch milliseconds; this machine's time if Redis never replied.
   */
  public long millis() {
    return millisAt(System.nanoTime());
  }

  /** Returns Redis' time at a moment of monotonic time. */
  public long millisAt(long nanos) {
    if (!known) {
      return clock.wallTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
    return offsetMillis + TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /** Returns the duration of the last round trip; 0 if Redis never replied. */
  public double roundTripMillis() {
    return roundTripMillis;
  }
}
