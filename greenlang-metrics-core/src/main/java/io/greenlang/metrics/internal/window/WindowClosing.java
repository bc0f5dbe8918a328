package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.util.SliceLimit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The closing of one window of an interval. The part {@link ChannelLock#samples} is held for a
 * slice of the series only; it was once held until all series were closed and encoded. Between
 * slices, samples of series that are not yet closed wait in their {@link SeriesWindow}. Routing,
 * merging and encoding, which cost the most, happen without that part.
 *
 * <p>Clients receive the frames that they would receive if the window closed at once. All methods
 * are called under the views.
 */
final class WindowClosing {

  /** The maximum number of series in a slice. */
  static final int SLICE = 256;

  private final IntervalWindows windows;
  private final long startMillis;

  /** The series with samples in the window, in order once the first slice is closed. */
  private final List<SeriesWindow> series;

  private int next;
  private boolean begun;
  private boolean ended;
  private boolean grouped;

  /** The series of the slice, and for each its aggregate to route. */
  private final List<Series> sliceSeries = new ArrayList<>(SLICE);

  private final List<Aggregate> sliceAggregates = new ArrayList<>(SLICE);
  private final StandingCounters.Pass standing;

  /**
   * Creates the closing of a window that has ended.
   *
   * @param series the series with samples in the window, to which no others are added
   */
  WindowClosing(
      IntervalWindows windows,
      long startMillis,
      List<SeriesWindow> series,
      StandingCounters standing) {
    this.windows = windows;
    this.startMillis = startMillis;
    this.series = series;
    this.standing = standing.begin(startMillis);
  }

  /**
   * Continues until the window is closed. A step that fails with an exception is not repeated.
   *
   * @return false if the samples stayed busy; call again later
   */
  boolean advance(ChannelLock.Slices slices) {
    begin();
    return (next == series.size() || windows.prepareListeners(startMillis, slices))
        && closeSeries(slices)
        && end(slices)
        && slices.run(() -> windows.endClosing(series));
  }

  private void begin() {
    if (!begun) {
      begun = true;
      // Use the order of the history, so that a window read back is identical.
      series.sort(Comparator.comparingLong(SeriesWindow::orderId));
      windows.feeds().begin(startMillis);
    }
  }

  private boolean closeSeries(ChannelLock.Slices slices) {
    while (next < series.size()) {
      if (!slices.run(this::closeSlice)) {
        return false;
      }
      for (int i = 0; i < sliceSeries.size(); i++) {
        windows.feeds().route(sliceSeries.get(i), sliceAggregates.get(i), startMillis);
      }
    }
    return true;
  }

  private void clearSlice() {
    sliceSeries.clear();
    sliceAggregates.clear();
  }

  private void addToSlice(Series closed, Aggregate aggregate) {
    sliceSeries.add(closed);
    sliceAggregates.add(aggregate);
  }

  private void closeSlice() {
    clearSlice();
    SliceLimit limit = SliceLimit.of(SLICE);
    while (next < series.size() && limit.next()) {
      SeriesWindow closing = series.get(next++);
      Aggregate aggregate = closing.isDiscarded() ? null : closing.close(startMillis);
      if (aggregate != null && aggregate.count() > 0) {
        windows.record(closing.series(), aggregate, startMillis);
        addToSlice(closing.series(), aggregate);
      }
    }
  }

  /** Routes the window to the feeds, and then the groups. */
  private boolean end(ChannelLock.Slices slices) {
    if (!ended) {
      ended = true;
      series.clear();
      next = 0;
      windows.feeds().endSeries();
      windows.endRecording(startMillis);
    }
    while (!standing.isComplete()) {
      if (!slices.run(this::findStanding)) {
        return false;
      }
      for (int i = 0; i < sliceSeries.size(); i++) {
        windows.feeds().group(sliceSeries.get(i), sliceAggregates.get(i));
      }
    }
    if (!grouped) {
      grouped = true;
      windows.feeds().routeGroups(startMillis);
    }
    return true;
  }

  private void findStanding() {
    clearSlice();
    standing.advance(
        SliceLimit.of(SLICE), counter -> addToSlice(counter.series(), counter.standing()));
  }
}
