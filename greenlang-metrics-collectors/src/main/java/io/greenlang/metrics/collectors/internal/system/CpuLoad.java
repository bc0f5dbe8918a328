package io.greenlang.metrics.collectors.internal.system;

import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import oshi.hardware.CentralProcessor.TickType;

/**
 * Busy percentage of one processor, or of all processors together, between two consecutive samples.
 * Time spent waiting for a disk counts as idle and time stolen by the hypervisor as busy, as in
 * {@code top}. Confined to one thread.
 */
final class CpuLoad {

  private long @Nullable [] previous;

  /**
   * Returns the busy percentage since the previous call.
   *
   * @param ticks the cumulative ticks of each {@link TickType}
   * @return 0 to 100; empty on the first call, or if no time has passed since the previous one
   */
  OptionalDouble percentSincePrevious(long[] ticks) {
    if (LongStream.of(ticks).sum() == 0) {
      // OSHI returns all zeros when it cannot read the ticks. Used as a starting point, they would
      // make the next delta the average since boot.
      previous = null;
      return OptionalDouble.empty();
    }
    long[] last = previous;
    previous = ticks.clone();
    if (last == null) {
      return OptionalDouble.empty();
    }
    long total = 0;
    for (int i = 0; i < ticks.length; i++) {
      total += ticks[i] - last[i];
    }
    if (total <= 0) {
      previous = last;
      return OptionalDouble.empty();
    }
    long idle = delta(ticks, last, TickType.IDLE) + delta(ticks, last, TickType.IOWAIT);
    // On Linux, iowait occasionally decreases, hence the bounds.
    return OptionalDouble.of(Math.max(0, Math.min(100, 100.0 * (total - idle) / total)));
  }

  private static long delta(long[] ticks, long[] last, TickType type) {
    return ticks[type.getIndex()] - last[type.getIndex()];
  }
}
