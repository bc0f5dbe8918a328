package io.greenlang.metrics.internal.window;

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
 * The open window of a series, and the samples that have already arrived for later ones. Those wait
 * until the open window closes, because what they mean can depend on its last samples. Used under
 * the channel lock.
 *
 * <p>The windows of a channel's series close one after the other, in slices. Until that of this
 * series is closed, it is {@linkplain #isClosing closing}: all samples wait then.
 */
public final class SeriesWindow implements Series.WindowSlot {

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

  /** The index of this object in the {@link TouchedSeries}. */
  int listIndex;

  /** The id of the series when it was added to that list; the windows are closed in this order. */
  private long orderId;

  private final IntervalWindows windows;
  private final Aggregator aggregator;
  private Aggregate open;

  /** The next window, if samples were folded into it already. */
  private @Nullable Aggregate next;

  /** The samples of later windows that wait; null if there are none. */
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

  /** The number of closed windows when this object was added to the list. */
  private long generation;

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

  /** Returns the id by which the windows of the channel's series are closed in order. */
  long orderId() {
    return orderId;
  }

  @Override
  public void moveTo(Series returned) {
    series = returned;
    if (!isClosing()) {
      orderId = returned.id();
    }
  }

  /**
   * Returns whether the window of the interval has ended, but is not yet closed for this series.
   */
  private boolean isClosing() {
    return touched && generation != windows.generation();
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
      windows.feeds().seedLatest(series, start, aggregate);
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
        sample.windowTimeMillis(),
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

  /** Folds a sample that counts in the open window or in a later one. */
  void add(double value, long sampleMillis, long foldMillis, @Nullable SampleDetail detail) {
    touch();
    long timeMillis = Sample.timeInWindow(sampleMillis, foldMillis);
    if (foldMillis < windows.openEnd() && !isClosing()) {
      EarlySample.fold(value, timeMillis, detail, open);
    } else {
      defer(value, timeMillis, foldMillis, detail);
    }
  }

  private void defer(
      double value, long timeMillis, long foldMillis, @Nullable SampleDetail detail) {
    Aggregate following = next;
    if (following != null && foldMillis < nextEnd()) {
      EarlySample.fold(value, timeMillis, detail, following);
      return;
    }
    List<EarlySample> waiting = early;
    if (waiting == null) {
      waiting = new ArrayList<>(4);
      early = waiting;
      if (following == null) {
        windows.addEarlySeries(1);
      }
    }
    waiting.add(new EarlySample(value, timeMillis, foldMillis, detail));
    if (waiting.size() > MAX_EARLY) {
      foldIntoNext();
    }
  }

  private void foldIntoNext() {
    Aggregate following = next;
    if (following == null) {
      following = aggregator.create();
      next = following;
    }
    foldEarly(following, nextEnd());
    if (early != null && early.size() > MAX_EARLY) {
      windows.requireClosing();
    }
  }

  /** Returns the end of the window after the one that is open or closing for this series. */
  private long nextEnd() {
    return isClosing() ? windows.openEnd() : windows.openEnd() + windows.interval().millis();
  }

  /** Folds the waiting samples that count before the given time. */
  private void foldEarly(Aggregate target, long endMillis) {
    List<EarlySample> waiting = early;
    if (waiting == null) {
      return;
    }
    List<EarlySample> later = null;
    early = null; // after a failure, none is folded twice
    for (EarlySample each : waiting) {
      if (each.foldMillis() < endMillis) {
        each.addTo(target);
      } else {
        later = later == null ? new ArrayList<>(4) : later;
        later.add(each);
      }
    }
    early = later;
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
    if (hasSamples() && !isClosing()) {
      windows.touched().remove(this);
    }
    if (hasEarly()) {
      next = null;
      early = null;
      windows.addEarlySeries(-1);
    }
  }

  /** Discards this object, of which the next window could not be opened, for another one. */
  void abandon() {
    discard();
    windows.detach(series);
  }

  /** Returns whether the series was discarded from its windows. */
  boolean isDiscarded() {
    return discarded;
  }

  private boolean hasEarly() {
    return next != null || early != null;
  }

  /** Returns the aggregate of the window that is open or closing. */
  Aggregate current() {
    return open;
  }

  /** Returns the aggregate for {@link #close}. If this fails, nothing has changed. */
  Aggregate following() {
    windows.touched().reserve(); // close() may add this object, and must not fail then
    return next == null ? aggregator.create() : next;
  }

  /**
   * Closes the window that has ended, and opens the one that {@link IntervalWindows} has opened.
   *
   * @param startMillis the start of the closed window, in epoch milliseconds
   * @param following the aggregate of the next window
   */
  void close(long startMillis, Aggregate following) {
    Aggregate closed = open;
    boolean hadEarly = hasEarly();
    open = following;
    next = null;
    touched = false;
    try {
      recordClosed(startMillis, closed);
      following.startAfter(closed);
    } finally {
      if (hadEarly) {
        continueEarly(following);
      }
    }
  }

  private void continueEarly(Aggregate target) {
    try {
      foldEarly(target, windows.openEnd());
    } finally {
      if (early == null) {
        windows.addEarlySeries(-1);
      }
      addTouched();
    }
  }

  private void recordClosed(long startMillis, Aggregate closed) {
    if (closed.count() > 0) {
      recordSampled(startMillis);
      unsampled = null;
    } else {
      unsampled = closed;
    }
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
      if (recent && windows.isClosing()) {
        keepStanding();
      }
      addTouched();
    }
  }

  /** Keeps the total that stands in the closing window while samples of the next one are added. */
  private void keepStanding() {
    Aggregate standing = open;
    Aggregate following = aggregator.create();
    following.startAfter(standing);
    open = following;
    unsampled = standing;
  }

  private void addTouched() {
    generation = windows.generation();
    orderId = series.id();
    windows.touched().add(this);
    touched = true; // last: it would never be added again
  }
}
