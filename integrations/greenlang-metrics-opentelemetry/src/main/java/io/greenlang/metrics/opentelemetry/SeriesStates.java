package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.HistogramBuckets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The states of the series whose temporality is not the one that a sample needs: the totals of
 * delta sums, and the previous buckets of cumulative histograms. Holds at most {@value #CAPACITY}
 * of them. Confined to the thread that exports.
 */
final class SeriesStates {

  static final int CAPACITY = 10_000;

  /** The number of exports after which an unused state may be evicted. */
  static final int IDLE_EXPORTS = 600;

  /** A state, and the last export that used it. */
  private abstract static class State {
    private long lastExport;
  }

  private static final class Total extends State {
    private final long startNanos;
    private double value;

    Total(long startNanos) {
      this.startNanos = startNanos;
    }
  }

  private static final class Counted extends State {
    private long startNanos;
    private @Nullable HistogramBuckets buckets;
  }

  /** A running total, and the time at which it was zero, in nanoseconds; 0 if it is unknown. */
  record RunningTotal(double value, long startNanos) {}

  /** In the order of their last use, the least recent first. */
  private final Map<SeriesOrigin, State> states = new LinkedHashMap<>(16, 0.75f, true);

  private long exports;

  /** Begins an export. */
  void begin() {
    exports++;
  }

  /**
   * Adds the increment of a delta sum.
   *
   * @param startNanos the start of the increment's interval
   * @throws IllegalArgumentException if the increment is not finite, if a monotonic sum decreases,
   *     or if there are too many series
   */
  RunningTotal add(SeriesOrigin origin, double increment, boolean monotonic, long startNanos) {
    if (!Double.isFinite(increment) || (monotonic && increment < 0)) {
      throw new IllegalArgumentException(
          "increment of a " + (monotonic ? "monotonic " : "") + "sum is " + increment);
    }
    Total total = get(origin, Total.class, () -> new Total(startNanos));
    total.value += increment;
    return new RunningTotal(total.value, total.startNanos);
  }

  /**
   * Returns the observations that a cumulative histogram has counted since the previous export.
   * After a restart these are all of its observations. Those of a histogram that began before the
   * exporter are not new, except for the ones since its first export.
   *
   * @param startNanos the time at which the histogram was empty
   * @param isNew whether the histogram began after the exporter
   * @return the observations, possibly none
   * @throws IllegalArgumentException if there are too many series
   */
  HistogramBuckets since(
      SeriesOrigin origin, HistogramBuckets buckets, long startNanos, boolean isNew) {
    Counted counted = get(origin, Counted.class, Counted::new);
    HistogramBuckets earlier = counted.buckets;
    boolean restarted = counted.startNanos != startNanos;
    counted.buckets = buckets;
    counted.startNanos = startNanos;
    if (earlier == null) {
      return isNew ? buckets : HistogramBuckets.explicit(new double[0], new long[1]);
    }
    HistogramBuckets interval = restarted ? null : buckets.since(earlier);
    return interval == null ? buckets : interval;
  }

  private <T extends State> T get(SeriesOrigin origin, Class<T> type, Supplier<T> creation) {
    State state = states.get(origin);
    if (state == null) {
      makeRoom();
      state = creation.get();
      states.put(origin, state);
    }
    state.lastExport = exports;
    return type.cast(state);
  }

  private void makeRoom() {
    if (states.size() < CAPACITY) {
      return;
    }
    Iterator<State> leastRecent = states.values().iterator();
    if (leastRecent.next().lastExport > exports - IDLE_EXPORTS) {
      throw new IllegalArgumentException(
          "more than "
              + CAPACITY
              + " series are delta sums or cumulative histograms; reduce their attributes with a"
              + " view");
    }
    leastRecent.remove();
  }
}
