package io.greenlang.metrics.feed;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one interval on one channel. Every sample is folded once, regardless of the number
 * of clients and views. When a window closes, its aggregates are routed to feeds like samples. Used
 * under the channel lock.
 *
 * <p>{@link LogTime#fold} alone determines the window in which a sample counts. A window closes
 * when no sample can count in it any more: {@value LogTime#GRACE_MILLIS} ms after its end.
 */
final class Windows {

  /** The number of intervals; each has a slot in every series. */
  static final int SLOTS = Interval.values().length;

  /** A listener for closing windows. */
  interface Listener {
    /** Called with the aggregate of one series in the window that starts at {@code startMillis}. */
    void closed(Series series, long startMillis, Aggregate aggregate);

    /** Called after the last series of the window. */
    default void ended(long startMillis) {
      // most listeners process each series on its own
    }
  }

  private final Interval interval;
  private final int slot;
  private final Aggregators aggregators;
  private final Supplier<FeedRouter> routers;

  /** Routes every series without grouping. */
  private final FeedRouter ungrouped;

  private final Map<Grouping.Key, Grouping> groupings = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();

  /** The series with samples in the open window or in the next one. */
  private List<WindowedSeries> touchedSeries = new ArrayList<>();

  private long openStart;
  private final WindowNumbers windowNumbers;

  Windows(
      Interval interval, Aggregators aggregators, Supplier<FeedRouter> routers, long nowMillis) {
    this.interval = interval;
    this.slot = List.of(Interval.values()).indexOf(interval);
    this.aggregators = aggregators;
    this.routers = routers;
    this.openStart = interval.windowOf(nowMillis);
    this.windowNumbers = new WindowNumbers(interval, openStart);
    this.ungrouped = router();
  }

  Interval interval() {
    return interval;
  }

  WindowNumbers numbers() {
    return windowNumbers;
  }

  long openStart() {
    return openStart;
  }

  /** Returns the end of the open window, exclusive. */
  long openEnd() {
    return openStart + interval.millis();
  }

  /** Adds a listener for closing windows. */
  void addListener(Listener listener) {
    listeners.add(listener);
  }

  /** Removes a listener. */
  void removeListener(Listener listener) {
    listeners.remove(listener);
  }

  /**
   * Returns the window of a series, opening it if necessary; null if its type has no aggregator.
   */
  @Nullable WindowedSeries of(Series series) {
    WindowedSeries seriesWindow = series.windowed[slot];
    if (seriesWindow == null) {
      Aggregator aggregator = aggregators.find(series.type());
      if (aggregator != null) {
        seriesWindow = new WindowedSeries(series, this, aggregator);
        series.windowed[slot] = seriesWindow;
      }
    }
    return seriesWindow;
  }

  /** Folds a sample into its window; ignores it if its type has no aggregator. */
  void fold(Series series, double value, long foldMillis) {
    WindowedSeries seriesWindow = of(series);
    if (seriesWindow != null) {
      seriesWindow.add(value, foldMillis);
    }
  }

  /** Moves the open window to a given time, before anything has been folded. */
  void startAt(long millis) {
    openStart = interval.windowOf(millis);
    windowNumbers.opened(openStart);
    ungrouped.startAt(windowNumbers.newest());
  }

  /** Reports a gap in the open window to all feeds. */
  void interrupt(String epoch, @Nullable Long missed) {
    windowNumbers.interrupt();
    Position position = new Position(windowNumbers.epoch(epoch), windowNumbers.newest());
    ungrouped.interrupt(windowNumbers.newest(), missed, position);
    groupings
        .values()
        .forEach(grouping -> grouping.router().interrupt(windowNumbers.newest(), missed, position));
  }

  /** Appends a closed window of a finer interval. */
  void append(Series series, long startMillis, Aggregate finer) {
    if (startMillis < openStart) {
      return; // part of a window that another instance closed
    }
    while (startMillis >= openEnd()) {
      advance(startMillis);
    }
    WindowedSeries seriesWindow = of(series);
    if (seriesWindow != null) {
      seriesWindow.append(finer);
    }
  }

  /** Adds a series to the list processed when the window closes. */
  void touch(WindowedSeries series) {
    series.place = touchedSeries.size();
    touchedSeries.add(series);
  }

  /** Removes a series from that list; the order of the others does not matter. */
  void untouch(WindowedSeries series) {
    WindowedSeries last = touchedSeries.remove(touchedSeries.size() - 1);
    if (last != series) {
      touchedSeries.set(series.place, last);
      last.place = series.place;
    }
  }

  /** Closes windows that have ended. */
  void tick(long logMillis) {
    if (logMillis < openStart) {
      // The clock was set back. Close the open window now: it would otherwise stay open until the
      // clock has caught up.
      do {
        close();
        openStart = openEnd();
      } while (!touchedSeries.isEmpty());
      openStart = interval.windowOf(logMillis);
      windowNumbers.restart(openStart);
    }
    while (logMillis >= openEnd() + LogTime.GRACE_MILLIS) {
      advance(logMillis - LogTime.GRACE_MILLIS);
    }
  }

  /** Returns the router for a subscription's feed. */
  FeedRouter router(Subscription subscription) {
    Grouping.Key key = Grouping.Key.of(subscription);
    if (key == null) {
      return ungrouped;
    }
    Grouping grouping = groupings.get(key);
    if (grouping == null) {
      grouping = new Grouping(key, aggregators, router());
      grouping.remember(ungrouped.table(), windowNumbers::start);
      groupings.put(key, grouping);
    }
    return grouping.router();
  }

  /** Records a window that closed before there were readers as the latest of its series. */
  void remember(Series series, long startMillis, Aggregate aggregate) {
    ungrouped.remember(
        series.name(),
        series.type(),
        series.tags(),
        aggregate,
        startMillis,
        windowNumbers.number(startMillis));
  }

  /** Returns the number of feeds of these windows. */
  int feedCount() {
    return ungrouped.feedCount()
        + groupings.values().stream().mapToInt(grouping -> grouping.router().feedCount()).sum();
  }

  /** Removes groupings without feeds; returns true if these windows have no readers left. */
  boolean isUnused() {
    groupings.values().removeIf(grouping -> grouping.router().feedCount() == 0);
    return groupings.isEmpty() && ungrouped.feedCount() == 0 && listeners.isEmpty();
  }

  /** Removes the open windows from all series. */
  void detach(SeriesTable table) {
    table.forEachInWindows(series -> series.windowed[slot] = null);
  }

  private FeedRouter router() {
    FeedRouter router = routers.get();
    router.startAt(windowNumbers.newest());
    return router;
  }

  /** Closes the open window, and opens the next one that may contain samples. */
  private void advance(long nowMillis) {
    close();
    long next = openEnd();
    openStart = touchedSeries.isEmpty() ? Math.max(next, interval.windowOf(nowMillis)) : next;
    windowNumbers.opened(openStart);
  }

  /**
   * Routes an aggregate to the feeds. Called after the history has packed it: if an application's
   * aggregator fails to pack, the series is omitted.
   */
  private void route(Series series, Aggregate aggregate) {
    if (aggregate.count() > 0) {
      ungrouped.route(
          series.name(), series.type(), series.tags(), aggregate.value(), aggregate, openStart);
      groupings.values().forEach(grouping -> grouping.add(series, aggregate));
    }
  }

  private void close() {
    List<WindowedSeries> closing = touchedSeries;
    touchedSeries = new ArrayList<>();
    // Use the order of the history, so that a window read back is identical.
    closing.sort(Comparator.comparingLong(seriesWindow -> seriesWindow.series.id));
    long windowNumber = windowNumbers.close(openStart);
    ungrouped.begin(windowNumber);
    for (WindowedSeries seriesWindow : closing) {
      Aggregate aggregate = seriesWindow.close();
      if (aggregate.count() > 0) {
        Series series = seriesWindow.series;
        listeners.forEach(listener -> listener.closed(series, openStart, aggregate));
        route(series, aggregate);
      }
    }
    ungrouped.end();
    listeners.forEach(listener -> listener.ended(openStart));
    groupings.values().forEach(grouping -> grouping.close(windowNumber, openStart));
  }
}
