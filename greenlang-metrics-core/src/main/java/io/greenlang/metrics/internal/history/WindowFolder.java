package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.sequence.StreamClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder of a series' samples into windows, as they were folded live: window after window, and
 * within a window in the order of arrival. It retains the samples of windows that were open at the
 * same time, which are two at most. Used by one thread.
 *
 * <p>When a clock was set back, times occurred twice. The windows of one time become one.
 */
final class WindowFolder {

  private final Aggregator aggregator;
  private final Interval interval;

  /** Whether the next sample follows one that is unknown. */
  private boolean incomplete;

  private final NavigableMap<Long, List<Sample>> open = new TreeMap<>();
  private final NavigableMap<Long, Aggregate> windows = new TreeMap<>();
  private @Nullable Aggregate previous;
  private long latestMillis = Long.MIN_VALUE;

  /**
   * Creates a folder.
   *
   * @param incomplete whether the first sample is not the first one of the series
   */
  WindowFolder(Aggregator aggregator, Interval interval, boolean incomplete) {
    this.aggregator = aggregator;
    this.interval = interval;
    this.incomplete = incomplete;
  }

  /** Adds the next sample in the order of arrival. */
  void add(Sample sample) {
    long millis = sample.windowTimeMillis();
    if (millis < latestMillis - StreamClock.GRACE_MILLIS) {
      closeAll(); // the clock was set back
      latestMillis = millis;
    }
    latestMillis = Math.max(latestMillis, millis);
    while (!open.isEmpty() && isClosedAt(open.firstKey(), millis)) {
      closeFirst();
    }
    open.computeIfAbsent(interval.windowStart(millis), start -> new ArrayList<>()).add(sample);
  }

  /** Returns the windows in the order of their times. No sample may follow. */
  List<Window> finish() {
    closeAll();
    List<Window> result = new ArrayList<>(windows.size());
    windows.forEach((start, aggregate) -> result.add(new Window(start, aggregate)));
    return result;
  }

  private boolean isClosedAt(long start, long millis) {
    return start + interval.millis() + StreamClock.GRACE_MILLIS <= millis;
  }

  private void closeAll() {
    while (!open.isEmpty()) {
      closeFirst();
    }
  }

  private void closeFirst() {
    Map.Entry<Long, List<Sample>> first = open.pollFirstEntry();
    Aggregate aggregate = aggregator.create();
    if (previous != null) {
      aggregate.startAfter(previous);
    }
    first.getValue().forEach(sample -> fold(sample, aggregate));
    previous = aggregate;
    Aggregate sameTime = windows.get(first.getKey());
    if (sameTime == null) {
      windows.put(first.getKey(), aggregate);
    } else {
      sameTime.appendLater(aggregate);
    }
  }

  private void fold(Sample sample, Aggregate aggregate) {
    if (incomplete) {
      incomplete = false;
      sample.addValueTo(aggregate);
    } else {
      sample.addTo(aggregate);
    }
  }
}
