package io.greenlang.metrics.internal.window;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The counters of an interval that were sampled in a recent window. Their last totals count in
 * groups even in windows without samples. Used under the channel lock.
 */
final class StandingCounters {

  private final List<SeriesWindow> counters = new ArrayList<>();

  /** Adds a counter that has just been sampled. */
  void add(SeriesWindow counter) {
    counter.recent = true;
    counters.add(counter);
  }

  /** Removes all counters. */
  void clear() {
    counters.clear();
  }

  /**
   * A pass over the counters at the end of a window, during which no counters are added. It finds
   * those that were not sampled in the window, and removes those whose total no longer stands.
   */
  final class Pass {

    private final long startMillis;
    private int next;
    private int kept;

    private Pass(long startMillis) {
      this.startMillis = startMillis;
    }

    boolean isComplete() {
      return next == counters.size();
    }

    /** Processes at most {@code count} counters, and passes those not sampled to a consumer. */
    void advance(int count, Consumer<SeriesWindow> unsampled) {
      int end = Math.min(counters.size(), next + count);
      while (next < end) {
        SeriesWindow counter = counters.get(next++);
        counter.recent = counter.standsAt(startMillis);
        if (counter.recent) {
          counters.set(kept++, counter);
        }
        if (counter.recent && !counter.isSampledAt(startMillis)) {
          unsampled.accept(counter);
        }
      }
      if (isComplete()) {
        counters.subList(kept, counters.size()).clear();
        next = kept;
      }
    }
  }

  /** Begins a pass at the end of the window that starts at {@code startMillis}. */
  Pass begin(long startMillis) {
    return new Pass(startMillis);
  }
}
