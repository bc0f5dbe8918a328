package io.greenlang.metrics.benchmarks.reconnect;

import java.util.Random;

/**
 * Reconnect delay with full jitter, as in {@code greenlang-metrics-client-js}: random between zero
 * and a maximum that doubles with each failure up to a cap.
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

  /** Counts one more failure and returns the delay after it. */
  long nextNanos() {
    double maxSeconds = Math.min(capSeconds, baseSeconds * Math.pow(2, failures++));
    return (long) (NANOS * maxSeconds * random.nextDouble());
  }
}
