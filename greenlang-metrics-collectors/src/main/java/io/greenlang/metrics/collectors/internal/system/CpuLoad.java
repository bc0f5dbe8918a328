package io.greenlang.metrics.collectors.internal.system;

import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import oshi.hardware.CentralProcessor.TickType;

/**
 * The busy and total ticks of one processor between two consecutive samples. Time spent waiting for
 * a disk counts as idle and time stolen by the hypervisor as busy, as in {@code top}. Confined to
 * one thread.
 */
final class CpuLoad {

  /** Ticks between two samples, of one processor or of several. */
  record Ticks(long busy, long total) {

    static final Ticks NONE = new Ticks(0, 0);

    Ticks plus(Ticks other) {
      return new Ticks(busy + other.busy, total + other.total);
    }

    /** Returns the busy percentage, 0 to 100; empty without ticks. */
    OptionalDouble percent() {
      return total == 0 ? OptionalDouble.empty() : OptionalDouble.of(100.0 * busy / total);
    }
  }

  private long @Nullable [] previous;

  /**
   * Returns the ticks since the previous call.
   *
   * @param ticks the cumulative ticks of each {@link TickType}
   * @return {@link Ticks#NONE} on the first call, if no time has passed since the previous one, or
   *     if the processor counts from a new start
   */
  Ticks sincePrevious(long[] ticks) {
    if (LongStream.of(ticks).sum() == 0) {
      // OSHI returns all zeros when it cannot read the ticks. Used as a starting point, they would
      // make the next delta the average since boot.
      previous = null;
      return Ticks.NONE;
    }
    long[] last = previous;
    long elapsed = last == null ? 0 : LongStream.of(ticks).sum() - LongStream.of(last).sum();
    if (last != null && elapsed == 0) {
      return Ticks.NONE; // keeps the start, so that the next ticks are complete
    }
    previous = ticks.clone();
    // A processor that was offline may count its idle time from zero, which gives a negative sum.
    return last == null || elapsed < 0 ? Ticks.NONE : between(last, ticks);
  }

  /**
   * Returns the growth of each time. Linux documents that iowait occasionally decreases; a time
   * that decreased counts as unchanged, as in {@code top}, and not as less idle time.
   */
  private static Ticks between(long[] last, long[] ticks) {
    long total = 0;
    long idle = 0;
    for (int i = 0; i < ticks.length; i++) {
      long growth = Math.max(0, ticks[i] - last[i]);
      total += growth;
      if (i == TickType.IDLE.getIndex() || i == TickType.IOWAIT.getIndex()) {
        idle += growth;
      }
    }
    return new Ticks(total - idle, total);
  }
}
