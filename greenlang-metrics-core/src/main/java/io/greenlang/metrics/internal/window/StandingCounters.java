package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.internal.util.SliceLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The counters of an interval that were sampled in a recent window. Their last totals count in
 * groups even in windows without samples. Used under the channel lock.
 */
final class StandingCounters {

  /** The maximum number of places that one slice removes. */
  private static final int MAX_REMOVED = 4_096;

  private List<SeriesWindow> counters = new ArrayList<>();

  /** Adds a counter that has just been sampled. */
  void add(SeriesWindow counter) {
    counters.add(counter);
    counter.recent = true; // last: it would never be added again
  }

  /** Removes all counters, whatever their number, at once. */
  void clear() {
    counters = new ArrayList<>();
  }

  /**
   * A pass over the counters at the end of a window, during which no counters are added. It finds
   * those that were not sampled in the window, and removes those whose total no longer stands.
   */
  final class Pass {

    private final long startMillis;
    private int next;
    private int kept;
    private boolean complete;

    private Pass(long startMillis) {
      this.startMillis = startMillis;
    }

    boolean isComplete() {
      return complete || counters.isEmpty();
    }

    /**
     * Processes a slice of the counters, and passes those not sampled to a consumer. When all are
     * processed, removes places that are no longer needed from the end of the list.
     */
    void advance(SliceLimit limit, Consumer<SeriesWindow> unsampled) {
      if (next == counters.size()) {
        counters.subList(Math.max(kept, next - MAX_REMOVED), next).clear();
        next = counters.size();
        complete = next == kept;
        return;
      }
      while (next < counters.size() && limit.next()) {
        SeriesWindow counter = counters.get(next++);
        counter.recent = counter.standsAt(startMillis);
        if (counter.recent) {
          counters.set(kept++, counter);
        }
        if (counter.recent && !counter.isSampledAt(startMillis)) {
          unsampled.accept(counter);
        }
      }
      complete = next == counters.size() && next == kept;
    }
  }

  /** Begins a pass at the end of the window that starts at {@code startMillis}. */
  Pass begin(long startMillis) {
    return new Pass(startMillis);
  }
}
