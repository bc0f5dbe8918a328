package io.greenlang.metrics.feed;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.history.Window;
import org.jspecify.annotations.Nullable;

/**
 * A series' open window, and what has come already for the one after it. Under the channel's lock.
 */
final class WindowedSeries {

  /** Another one if the series made room in its table and came back. */
  Series series;

  /** Where the windows have it on their list. */
  int place;

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

  /** Takes over a window that was folded before anybody looked: an earlier one, or an open one. */
  void resume(Window window) {
    Aggregate aggregate = window.aggregate();
    long start = window.startMillis();
    if (start < windows.openStart()) {
      open.follow(aggregate);
      windows.remember(series, start, aggregate);
    } else if (start < windows.openEnd()) {
      append(aggregate);
    } else {
      touch();
      ahead().append(aggregate);
    }
  }

  /** Folds a reading in that counts in the open window or in the next. */
  void add(double value, long foldMillis) {
    touch();
    if (foldMillis < windows.openEnd()) {
      open.add(value);
    } else {
      ahead().add(value);
    }
  }

  /** Appends what a part of the open window came to. */
  void append(Aggregate part) {
    touch();
    open.append(part);
  }

  /** Whether something is in here. */
  boolean isTouched() {
    return touched;
  }

  /** Gives up what is in here. */
  void leave() {
    if (touched) {
      windows.untouch(this);
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

  private void touch() {
    if (!touched) {
      touched = true;
      windows.touch(this);
    }
  }

  private Aggregate ahead() {
    Aggregate following = ahead;
    if (following == null) {
      following = aggregator.create();
      ahead = following;
    }
    return following;
  }
}
