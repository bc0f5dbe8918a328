package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.util.SliceLimit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The closing of one window of an interval. The part {@link ChannelLock#samples} is held for a
 * slice of the series only; it was once held until all series were closed and encoded. Between
 * slices, samples of series that are not yet closed wait in their {@link SeriesWindow}. Routing,
 * merging and encoding, which cost the most, happen without that part.
 *
 * <p>Clients receive the frames that they would receive if the window closed at once. All methods
 * are called under the views lock.
 */
final class WindowClosing {

  /** The maximum number of series in a slice. */
  static final int SLICE = 256;

  /** The number of attempts to open the next window of a series before the series is abandoned. */
  private static final int ATTEMPTS = 2;

  private final IntervalWindows windows;
  private final long startMillis;

  /** The series with samples in the window, in order once the first slice is closed. */
  private final List<SeriesWindow> series;

  private int next;

  /** The number of attempts at the next series. */
  private int attempts;

  /**
   * Whether a failure of the current step leaves the windows of this interval incomplete. The
   * others are repeated, or report their failures themselves.
   */
  private boolean losing;

  private boolean begun;
  private boolean ended;
  private boolean grouped;

  /** The series of the slice, and for each its aggregate to route. */
  private final List<Series> sliceSeries = new ArrayList<>(SLICE);

  private final List<Aggregate> sliceAggregates = new ArrayList<>(SLICE);

  /** The number of series of the slice that are routed; the next visit routes the others. */
  private int routed;

  private final StandingCounters.Pass standing;

  /**
   * Creates the closing of a window that has ended.
   *
   * @param touched the series with samples in the window, which are taken from there
   */
  WindowClosing(
      IntervalWindows windows, long startMillis, TouchedSeries touched, StandingCounters standing) {
    this.windows = windows;
    this.startMillis = startMillis;
    this.standing = standing.begin(startMillis);
    this.series = touched.takeAll(); // last: after a failure, the window remains open
  }

  /**
   * Continues until the window is closed. A step that fails with an exception is not repeated, and
   * the readers are notified of a gap. Preparations and the opening of a series' next window are
   * repeated instead.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  boolean advance(ChannelLock.Slices slices) {
    losing = false;
    try {
      return continueWith(slices);
    } catch (RuntimeException | Error e) {
      if (losing) {
        windows.feeds().markIncomplete();
      }
      throw e;
    }
  }

  private boolean continueWith(ChannelLock.Slices slices) {
    begin();
    return prepareTargets(slices)
        && closeSeries(slices)
        && end(slices)
        && slices.run(windows::endClosing);
  }

  private void begin() {
    if (!begun) {
      // Use the order of the history, so that a window read back is identical.
      series.sort(Comparator.comparingLong(SeriesWindow::orderId));
      begun = true;
      losing = true;
      windows.feeds().begin(startMillis);
    }
  }

  private boolean prepareTargets(ChannelLock.Slices slices) {
    losing = false;
    boolean prepared = next == series.size() || windows.targets().prepare(startMillis, slices);
    losing = true;
    return prepared;
  }

  private boolean closeSeries(ChannelLock.Slices slices) {
    if (!ended) {
      routeSlice();
    }
    while (next < series.size()) {
      if (!slices.run(this::closeSlice)) {
        return false;
      }
      routeSlice();
    }
    return true;
  }

  private void routeSlice() {
    while (routed < sliceSeries.size()) {
      int index = routed++;
      windows.feeds().route(sliceSeries.get(index), sliceAggregates.get(index), startMillis);
    }
  }

  private void clearSlice() {
    sliceSeries.clear();
    sliceAggregates.clear();
    routed = 0;
  }

  private void addToSlice(Series closed, Aggregate aggregate) {
    sliceSeries.add(closed);
    sliceAggregates.add(aggregate);
  }

  private void closeSlice() {
    clearSlice();
    SliceLimit limit = SliceLimit.of(SLICE);
    while (next < series.size() && limit.next()) {
      closeNext(series.get(next));
    }
  }

  private void closeNext(SeriesWindow closing) {
    if (closing.isDiscarded()) {
      next++;
      return;
    }
    Aggregate closed = closing.current();
    Aggregate following = following(closing);
    next++;
    attempts = 0;
    boolean continued = false;
    try {
      continued = continueSeries(closing, following);
    } finally {
      if (!continued) {
        windows.markIncomplete();
      }
      complete(closing.series(), closed);
    }
  }

  /** Returns whether the next window of a series has all of its samples that were early. */
  private boolean continueSeries(SeriesWindow closing, @Nullable Aggregate following) {
    if (following == null) {
      closing.abandon();
      return false;
    }
    closing.close(startMillis, following);
    return true;
  }

  private @Nullable Aggregate following(SeriesWindow closing) {
    if (attempts == ATTEMPTS) {
      return null;
    }
    attempts++;
    losing = false;
    Aggregate following = closing.following();
    losing = true;
    return following;
  }

  private void complete(Series closed, Aggregate aggregate) {
    if (aggregate.count() > 0) {
      addToSlice(closed, aggregate);
      losing = false;
      windows.targets().add(closed, startMillis, aggregate);
      losing = true;
    }
  }

  /** Routes the window to the feeds, and then the groups. */
  private boolean end(ChannelLock.Slices slices) {
    if (!ended) {
      ended = true;
      series.clear();
      next = 0;
      clearSlice();
      endSeries();
    }
    groupSlice();
    while (!standing.isComplete()) {
      if (!slices.run(this::findStanding)) {
        return false;
      }
      groupSlice();
    }
    if (!grouped) {
      grouped = true;
      windows.feeds().routeGroups(startMillis);
    }
    return true;
  }

  private void endSeries() {
    try {
      windows.feeds().endSeries();
    } finally {
      windows.targets().onWindowClosed(startMillis);
    }
  }

  private void groupSlice() {
    while (routed < sliceSeries.size()) {
      int index = routed++;
      windows.feeds().group(sliceSeries.get(index), sliceAggregates.get(index));
    }
  }

  private void findStanding() {
    clearSlice();
    standing.advance(
        SliceLimit.of(SLICE), counter -> addToSlice(counter.series(), counter.standing()));
  }
}
