package io.greenlang.metrics.collectors.internal.support;

import io.greenlang.metrics.MetricsClock;
import java.util.OptionalDouble;

/**
 * CPU usage between two consecutive samples, in percent of one processor: 200 means that two
 * processors were busy. Confined to one thread.
 */
public final class CpuUsage {

  private final MetricsClock clock;
  private boolean hasPrevious;
  private long previousCpu;
  private long previousTime;

  /** Creates a usage without a previous sample. */
  public CpuUsage(MetricsClock clock) {
    this.clock = clock;
  }

  /**
   * Returns the CPU usage since the previous call.
   *
   * @param cpuNanos the cumulative CPU time; negative if unknown
   * @return empty if there is no previous sample or the usage is unknown
   */
  public OptionalDouble percentSincePrevious(long cpuNanos) {
    long now = clock.monotonicNanos();
    long cpu = cpuNanos - previousCpu;
    long time = now - previousTime;
    boolean known = hasPrevious && cpu >= 0 && time > 0;
    hasPrevious = cpuNanos >= 0;
    previousCpu = cpuNanos;
    previousTime = now;
    return known ? OptionalDouble.of(100.0 * cpu / time) : OptionalDouble.empty();
  }
}
