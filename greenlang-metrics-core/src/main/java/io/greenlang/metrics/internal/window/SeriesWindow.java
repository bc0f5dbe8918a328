package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import org.jspecify.annotations.Nullable;

/**
 * The open window of a series, and the samples that have already arrived for the next one. Used
 * under the channel lock.
 */
public final class SeriesWindow implements Series.WindowSlot {

  /** The series; replaced if it is evicted from its table and returns. */
  private Series series;

  /** The index of this object in the list of {@link IntervalWindows}. */
  int listIndex;

  private final IntervalWindows windows;
  private final Aggregator aggregator;
  private Aggregate open;
  private @Nullable Aggregate next;

  /** Whether this object is in the list of {@link IntervalWindows}. */
  private boolean touched;

  SeriesWindow(Series series, IntervalWindows windows, Aggregator aggregator) {
    this.series = series;
    this.windows = windows;
    this.aggregator = aggregator;
    this.open = aggregator.create();
  }

  Series series() {
    return series;
  }

  @Override
  public void moveTo(Series returned) {
    series = returned;
  }

  /**
   * Takes over a window that was folded before there were readers: an earlier one, or an open one.
   */
  public void resume(Window window) {
    Aggregate aggregate = window.aggregate();
    long start = window.startMillis();
    if (start < windows.openStart()) {
      open.startAfter(aggregate);
      windows.seedLatest(series, start, aggregate);
    } else if (start < windows.openEnd()) {
      append(aggregate);
    } else {
      touch();
      openNext().appendLater(aggregate);
    }
  }

  /** Folds a sample that counts in the open window or in the next one. */
  void add(Metric sample, long foldMillis) {
    touch();
    Aggregate target = foldMillis < windows.openEnd() ? open : openNext();
    SampleDetail detail = sample.detail();
    if (detail == null) {
      target.add(sample.value(), sample.timestampMillis());
    } else {
      target.add(sample.value(), sample.timestampMillis(), detail);
    }
  }

  /** Appends the aggregate of a part of the open window. */
  void append(Aggregate part) {
    touch();
    open.appendLater(part);
  }

  @Override
  public boolean hasSamples() {
    return touched;
  }

  /** Removes this object from the list of {@link IntervalWindows}. */
  @Override
  public void discard() {
    if (touched) {
      windows.removeTouched(this);
    }
  }

  /** Closes the open window and opens the next one. */
  Aggregate close() {
    Aggregate closed = open;
    Aggregate following = next;
    touched = following != null;
    next = null;
    open = following == null ? aggregator.create() : following;
    open.startAfter(closed);
    if (touched) {
      windows.addTouched(this);
    }
    return closed;
  }

  private void touch() {
    if (!touched) {
      touched = true;
      windows.addTouched(this);
    }
  }

  private Aggregate openNext() {
    Aggregate following = next;
    if (following == null) {
      following = aggregator.create();
      next = following;
    }
    return following;
  }
}
