package io.greenlang.metrics.feed;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import org.jspecify.annotations.Nullable;

/**
 * A series' open window, and what has come already for the one after it. Under the channel's lock.
 */
final class WindowedSeries {

  final Series series;
  private final Windows windows;
  private final Aggregator aggregator;
  private Aggregate open;
  private @Nullable Aggregate ahead;

  /** Whether the windows know that there is something in here. */
  private boolean touched;

  WindowedSeries(Series series, Windows windows, Aggregator aggregator) {
    this.series = series;
    this.windows = windows;
    this.aggregator = aggregator;
    this.open = aggregator.create();
  }

  /**
   * Folds a reading in. One that is too late for its own window counts in the open one, so that it
   * is not lost; one that is early, in the next.
   */
  void add(double value, long timeMillis) {
    if (!touched) {
      touched = true;
      windows.touch(this);
    }
    if (timeMillis < windows.openEnd()) {
      open.add(value);
    } else {
      addAhead(value);
    }
  }

  /** Ends the open window and opens the next. */
  Aggregate close() {
    Aggregate closed = open;
    Aggregate following = ahead;
    touched = following != null;
    ahead = null;
    open = following == null ? aggregator.create() : following;
    open.follow(closed);
    if (touched) {
      windows.touch(this);
    }
    return closed;
  }

  private void addAhead(double value) {
    Aggregate following = ahead;
    if (following == null) {
      following = aggregator.create();
      ahead = following;
    }
    following.add(value);
  }
}
