package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open window of a series, and the samples that have already arrived for the next one. Those
 * wait until the open window closes, because what they mean can depend on its last samples. Used
 * under the channel lock.
 */
public final class SeriesWindow implements Series.WindowSlot {

  /** A sample that arrived early, and its time for the aggregate. */
  private record EarlySample(double value, long timeMillis, @Nullable SampleDetail detail) {

    void addTo(Aggregate target) {
      fold(value, timeMillis, detail, target);
    }
  }

  /**
   * The number of early samples that wait. A window closes {@value
   * io.greenlang.metrics.internal.sequence.StreamClock#GRACE_MILLIS} ms after its end, so only a
   * series with thousands of samples per second has more. They are then folded at once.
   */
  private static final int MAX_EARLY = 256;

  /** The start of the last window of a series without one. */
  private static final long NEVER = Long.MIN_VALUE;

  /** The series; replaced if it is evicted from its table and returns. */
  private Series series;

  /** The index of this object in the list of {@link IntervalWindows}. */
  int listIndex;

  private final IntervalWindows windows;
  private final Aggregator aggregator;
  private Aggregate open;

  /** The next window, if samples were folded into it already. */
  private @Nullable Aggregate next;

  /** The samples of the next window that wait; null if there are none. */
  private @Nullable List<EarlySample> early;

  /** The start of the last closed window with samples. */
  private long lastStart = NEVER;

  /** Whether this object is in the list of recently sampled counters of {@link IntervalWindows}. */
  boolean recent;

  /** The closed window, if it has no samples but the next one has. */
  private @Nullable Aggregate unsampled;

  private boolean discarded;

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

  boolean isOf(IntervalWindows owner) {
    return windows == owner;
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
      recordSampled(start);
      windows.seedLatest(series, start, aggregate);
    } else {
      append(aggregate);
    }
  }

  /** Takes over a sample of the next window that arrived before there were readers. */
  public void resume(Sample sample) {
    touch();
    defer(
        sample.value(),
        Sample.timeInWindow(sample.timeMillis(), sample.windowTimeMillis()),
        sample.detail());
  }

  /**
   * Continues after the latest sample of the series, of which no window is known. The next sample
   * is then not the first.
   */
  void startAfterLatest() {
    Aggregate latest = aggregator.create();
    latest.add(series.latestValue(), series.latestTimeMillis());
    open.startAfter(latest);
  }

  /** Folds a sample that counts in the open window or in the next one. */
  void add(Metric sample, long foldMillis) {
    touch();
    long timeMillis = Sample.timeInWindow(sample.timestampMillis(), foldMillis);
    if (foldMillis < windows.openEnd()) {
      fold(sample.value(), timeMillis, sample.detail(), open);
    } else {
      defer(sample.value(), timeMillis, sample.detail());
    }
  }

  private void defer(double value, long timeMillis, @Nullable SampleDetail detail) {
    Aggregate following = next;
    if (following != null) {
      fold(value, timeMillis, detail, following);
      return;
    }
    List<EarlySample> waiting = early;
    if (waiting == null) {
      waiting = new ArrayList<>(4);
      early = waiting;
    }
    waiting.add(new EarlySample(value, timeMillis, detail));
    if (waiting.size() > MAX_EARLY) {
      following = aggregator.create();
      next = following;
      foldEarly(following);
    }
  }

  private void foldEarly(Aggregate target) {
    List<EarlySample> waiting = early;
    early = null;
    if (waiting != null) {
      waiting.forEach(each -> each.addTo(target));
    }
  }

  private static void fold(
      double value, long timeMillis, @Nullable SampleDetail detail, Aggregate target) {
    if (detail == null) {
      target.add(value, timeMillis);
    } else {
      target.add(value, timeMillis, detail);
    }
  }

  /** Appends the aggregate of a part of the open window. */
  void append(Aggregate part) {
    touch();
    open.appendLater(part);
  }

  @Override
  public boolean hasSamples() {
    return touched && !windows.isRemoved();
  }

  /** Removes this object from the lists of {@link IntervalWindows}. */
  @Override
  public void discard() {
    discarded = true;
    if (hasSamples()) {
      windows.removeTouched(this);
    }
  }

  /** Closes the open window and opens the next one. */
  Aggregate close() {
    Aggregate closed = open;
    Aggregate following = next;
    boolean hasEarly = following != null || early != null;
    next = null;
    open = following == null ? aggregator.create() : following;
    open.startAfter(closed);
    foldEarly(open);
    touched = hasEarly;
    if (touched) {
      windows.addTouched(this);
    }
    if (closed.count() > 0) {
      recordSampled(windows.openStart());
      unsampled = null;
    } else {
      unsampled = closed;
    }
    return closed;
  }

  private void recordSampled(long startMillis) {
    lastStart = startMillis;
    if (!recent && GroupBy.isCounter(series.key())) {
      windows.addRecent(this);
    }
  }

  /**
   * Returns whether the last total of this counter still stands in the window that starts at {@code
   * startMillis}.
   */
  boolean standsAt(long startMillis) {
    return !discarded && GroupBy.isStanding(lastStart, startMillis);
  }

  /** Returns whether the window that starts at {@code startMillis} has samples. */
  boolean isSampledAt(long startMillis) {
    return lastStart == startMillis;
  }

  /** Returns an aggregate without samples that follows the last window with samples. */
  Aggregate standing() {
    Aggregate closed = unsampled;
    return closed == null ? open : closed;
  }

  private void touch() {
    if (!touched) {
      touched = true;
      windows.addTouched(this);
    }
  }
}
