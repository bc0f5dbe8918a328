package io.greenlang.metrics.micrometer;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A maximum of recent recordings, over the same window as Micrometer's own. A recording does not
 * read the clock, which would take as long as the rest of it. The window receives the maximum when
 * the application reads it, and in each collection. Thread-safe.
 */
final class RecentMax {

  private final TimeWindowMax window;

  /**
   * The maximum since the last update of the window, as bits; they have the order of the numbers.
   */
  private final AtomicLong pending = new AtomicLong();

  RecentMax(Clock clock, DistributionStatisticConfig config) {
    this.window = new TimeWindowMax(clock, config);
  }

  /** Records a number that is not negative. */
  void record(double number) {
    long bits = Double.doubleToRawLongBits(number);
    long before = pending.get();
    while (bits > before && !pending.compareAndSet(before, bits)) {
      before = pending.get();
    }
  }

  /** Moves the pending maximum into the window, at the present time. */
  void update() {
    long bits = pending.get();
    if (bits > 0) {
      window.record(Double.longBitsToDouble(bits));
      pending.compareAndSet(bits, 0);
    }
  }

  /** Returns the maximum of the window; 0 if there was no recording. */
  double get() {
    update();
    return window.poll();
  }
}
