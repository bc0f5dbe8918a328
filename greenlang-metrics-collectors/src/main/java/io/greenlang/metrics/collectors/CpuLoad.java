package io.greenlang.metrics.collectors;

import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import oshi.hardware.CentralProcessor.TickType;

/**
 * The share of time that processors were busy, one of them or all together, between one reading and
 * the next. Waiting for a disk is idle; time that a hypervisor stole is busy, as in {@code top}.
 * One thread.
 */
final class CpuLoad {

  private long @Nullable [] before;

  /**
   * Takes the running totals of each {@link TickType}.
   *
   * @return 0 to 100, or nothing when there is no earlier reading or no time has passed since
   */
  OptionalDouble percentSince(long[] ticks) {
    if (LongStream.of(ticks).sum() == 0) {
      // OSHI's answer when it cannot read them. As a starting point it would make the next delta
      // the average since boot.
      before = null;
      return OptionalDouble.empty();
    }
    long[] earlier = before;
    before = ticks.clone();
    if (earlier == null) {
      return OptionalDouble.empty();
    }
    long total = 0;
    for (int i = 0; i < ticks.length; i++) {
      total += ticks[i] - earlier[i];
    }
    if (total <= 0) {
      before = earlier;
      return OptionalDouble.empty();
    }
    long idle = delta(ticks, earlier, TickType.IDLE) + delta(ticks, earlier, TickType.IOWAIT);
    // Linux lets iowait fall now and then, hence the bounds.
    return OptionalDouble.of(Math.max(0, Math.min(100, 100.0 * (total - idle) / total)));
  }

  private static long delta(long[] ticks, long[] earlier, TickType type) {
    return ticks[type.getIndex()] - earlier[type.getIndex()];
  }
}
