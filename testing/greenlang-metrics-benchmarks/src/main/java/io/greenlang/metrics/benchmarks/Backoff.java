package io.greenlang.metrics.benchmarks;

import java.util.Random;

/**
 * How long a client waits before it tries again, as {@code greenlang-metrics-client-js} does: full
 * jitter, so anything from nothing to a longest wait that doubles with each failure up to a cap.
 */
final class Backoff {

  private static final double NANOS = 1e9;

  private final double baseSeconds;
  private final double capSeconds;
  private final Random random;
  private int failures;

  Backoff(double baseSeconds, double capSeconds, Random random) {
    this.baseSeconds = baseSeconds;
    this.capSeconds = capSeconds;
    this.random = random;
  }

  /** Counts one failure more, and tells how long to wait after it. */
  long nextNanos() {
    double longest = Math.min(capSeconds, baseSeconds * Math.pow(2, failures++));
    return (long) (NANOS * longest * random.nextDouble());
  }
}
