package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * The removal of windows that are no longer in use from the series of their channel. Each call of
 * {@link #next} processes a bounded slice. Used under the channel lock.
 */
final class WindowDetachment {

  /** The number of series in a slice; at one slice per 50 ms, 100,000 series take 20 s. */
  static final int SLICE = 256;

  private final Queue<IntervalWindows> removed = new ArrayDeque<>();
  private long nextId;

  /** Adds windows that were removed. */
  void add(IntervalWindows windows) {
    removed.add(windows);
  }

  /** Detaches the oldest of the removed windows from the next series. */
  void next(SeriesTable table) {
    IntervalWindows windows = removed.peek();
    if (windows == null) {
      return;
    }
    List<Series> slice = table.slice(nextId, SLICE);
    if (slice.isEmpty()) {
      removed.remove();
      nextId = 0;
    } else {
      slice.forEach(windows::detach);
      nextId = slice.get(slice.size() - 1).id() + 1;
    }
  }
}
