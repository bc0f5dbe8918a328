package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.OptionalDouble;

/**
 * The CPU time that something used between one reading and the next, in percent of one processor:
 * 200 is two of them busy. One thread.
 */
final class CpuShare {

  private final MetricsClock clock;
  private boolean hasBefore;
  private long cpuBefore;
  private long timeBefore;

  CpuShare(MetricsClock clock) {
    this.clock = clock;
  }

  /** Takes the CPU time so far; empty when there is no earlier reading, or it cannot be told. */
  OptionalDouble percentSince(long cpuNanos) {
    long now = clock.nanoTime();
    long cpu = cpuNanos - cpuBefore;
    long time = now - timeBefore;
    boolean known = hasBefore && cpu >= 0 && time > 0;
    hasBefore = cpuNanos >= 0;
    cpuBefore = cpuNanos;
    timeBefore = now;
    return known ? OptionalDouble.of(100.0 * cpu / time) : OptionalDouble.empty();
  }
}
