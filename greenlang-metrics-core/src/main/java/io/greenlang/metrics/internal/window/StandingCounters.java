package io.greenlang.metrics.internal.window;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

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
   * Adds the counters that were not sampled in a closing window to the groupings, and removes those
   * whose total no longer stands.
   *
   * @param openStart the start of the window, in epoch milliseconds
   */
  void addTo(Collection<GroupBy> groupings, long openStart) {
    int kept = 0;
    for (SeriesWindow counter : counters) {
      counter.recent = counter.standsAt(openStart);
      if (counter.recent) {
        counters.set(kept++, counter);
        if (!groupings.isEmpty() && !counter.isSampledAt(openStart)) {
          groupings.forEach(grouping -> grouping.add(counter.series(), counter.standing()));
        }
      }
    }
    counters.subList(kept, counters.size()).clear();
  }
}
