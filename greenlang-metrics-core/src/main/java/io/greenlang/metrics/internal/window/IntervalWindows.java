package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one interval on one channel. Every sample is folded once, regardless of the number
 * of clients and views. When a window closes, its aggregates are routed to feeds like samples. Used
 * under the channel lock.
 *
 * <p>{@link StreamClock#foldTime} alone determines the window in which a sample counts. A window
 * closes when no sample can count in it any more: {@value StreamClock#GRACE_MILLIS} ms after its
 * end.
 */
public final class IntervalWindows {

  /** A listener for closing windows. */
  public interface Listener {
    /** Called with the aggregate of one series in the window that starts at {@code startMillis}. */
    void onSeriesClosed(Series series, long startMillis, Aggregate aggregate);

    /** Called after the last series of the window. */
    default void onWindowClosed(long startMillis) {
      // most listeners process each series on its own
    }
  }

  private final Interval interval;
  private final Aggregators aggregators;
  private final Supplier<FeedRouter> routers;

  /** Routes every series without grouping. */
  private final FeedRouter ungrouped;

  private final Map<GroupBy.Key, GroupBy> groupings = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();

  /** The series with samples in the open window or in the next one. */
  private List<SeriesWindow> touchedSeries = new ArrayList<>();

  private final StandingCounters standingCounters = new StandingCounters();

  private long openStart;
  private final WindowSequence windowSequence;

  /** Continues the series of new windows from history; null if there is nothing to continue. */
  private @Nullable WindowResumption resumption;

  /** Whether these windows were removed for good; series may still refer to them. */
  private boolean removed;

  IntervalWindows(
      Interval interval, Aggregators aggregators, Supplier<FeedRouter> routers, long nowMillis) {
    this.interval = interval;
    this.aggregators = aggregators;
    this.routers = routers;
    this.openStart = interval.windowStart(nowMillis);
    this.windowSequence = new WindowSequence(interval, openStart);
    this.ungrouped = router();
  }

  Interval interval() {
    return interval;
  }

  /** Returns the numbers of these windows. */
  public WindowSequence windowSequence() {
    return windowSequence;
  }

  /** Returns the start of the open window, in epoch milliseconds. */
  public long openStart() {
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
  public @Nullable SeriesWindow seriesWindow(Series series) {
    SeriesWindow existing = existing(series);
    if (existing != null) {
      return existing;
    }
    WindowResumption pending = resumption;
    return pending != null && pending.includes(series) ? null : open(series);
  }

  /** Returns the window of a series; null if it is not open. */
  @Nullable SeriesWindow existing(Series series) {
    SeriesWindow existing = (SeriesWindow) series.window(interval);
    return existing != null && existing.isOf(this) ? existing : null;
  }

  /** Opens the window of a series; returns null if its type has no aggregator. */
  @Nullable SeriesWindow open(Series series) {
    Aggregator aggregator = aggregators.find(series.key().type());
    if (aggregator == null) {
      return null;
    }
    SeriesWindow opened = new SeriesWindow(series, this, aggregator);
    series.setWindow(interval, opened);
    return opened;
  }

  /** Folds a sample into its window; ignores it if its type has no aggregator. */
  void fold(Series series, Metric sample, long foldMillis) {
    SeriesWindow seriesWindow = seriesWindow(series);
    if (seriesWindow != null) {
      seriesWindow.add(sample, foldMillis);
    }
  }

  /** Continues the existing series in slices, before anyone reads these windows. */
  void resumeWith(WindowResumption added) {
    resumption = added;
  }

  /** Records that all series continue; readers may follow. */
  void endResumption() {
    resumption = null;
  }

  /** Returns the resumption that must be completed before these windows have readers, or null. */
  @Nullable WindowResumption resumption() {
    return resumption;
  }

  /** Moves the open window to a given time, before anything has been folded. */
  public void startAt(long millis) {
    openStart = interval.windowStart(millis);
    windowSequence.recordOpened(openStart);
    ungrouped.startAt(windowSequence.latest());
  }

  /** Reports a gap in the open window to all feeds. */
  void reportGap(String epoch, @Nullable Long missed) {
    windowSequence.recordGap();
    StreamPosition position =
        new StreamPosition(windowSequence.epoch(epoch), windowSequence.latest());
    ungrouped.reportGap(windowSequence.latest(), missed, position);
    groupings
        .values()
        .forEach(
            grouping -> grouping.router().reportGap(windowSequence.latest(), missed, position));
  }

  /** Appends a closed window of a finer interval. */
  public void appendFiner(Series series, long startMillis, Aggregate finer) {
    if (startMillis < openStart) {
      return; // part of a window that another instance closed
    }
    while (startMillis >= openEnd()) {
      advance(startMillis);
    }
    SeriesWindow seriesWindow = seriesWindow(series);
    if (seriesWindow != null) {
      seriesWindow.append(finer);
    }
  }

  /** Adds a series to the list processed when the window closes. */
  void addTouched(SeriesWindow series) {
    series.listIndex = touchedSeries.size();
    touchedSeries.add(series);
  }

  /** Adds a counter that has just been sampled. */
  void addRecent(SeriesWindow counter) {
    standingCounters.add(counter);
  }

  /** Removes a series from that list; the order of the others does not matter. */
  void removeTouched(SeriesWindow series) {
    SeriesWindow last = touchedSeries.remove(touchedSeries.size() - 1);
    if (last != series) {
      touchedSeries.set(series.listIndex, last);
      last.listIndex = series.listIndex;
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
      openStart = interval.windowStart(logMillis);
      windowSequence.restart(openStart);
    }
    while (logMillis >= openEnd() + StreamClock.GRACE_MILLIS) {
      advance(logMillis - StreamClock.GRACE_MILLIS);
    }
  }

  /** Returns the router of a grouping; for null, that of series without grouping. */
  FeedRouter router(@Nullable GroupBy grouping) {
    return grouping == null ? ungrouped : grouping.router();
  }

  /** Returns the grouping of a subscription; null if it does not group. */
  @Nullable GroupBy grouping(Subscription subscription) {
    GroupBy.Key key = GroupBy.Key.of(subscription);
    return key == null
        ? null
        : groupings.computeIfAbsent(
            key,
            absent -> new GroupBy(key, aggregators, router(), ungrouped.table(), windowSequence));
  }

  /** Records a window that closed before there were readers as the latest of its series. */
  void seedLatest(Series series, long startMillis, Aggregate aggregate) {
    long windowNumber = windowSequence.numberStartingAt(startMillis);
    ungrouped.seedLatest(series.key(), aggregate, startMillis, windowNumber);
  }

  /** Passes the routers of these windows to {@code action}. */
  void forEachRouter(Consumer<FeedRouter> action) {
    action.accept(ungrouped);
    groupings.values().forEach(grouping -> action.accept(grouping.router()));
  }

  /** Removes the grouping of a subscription, if there is one, unless it has feeds. */
  void pruneGrouping(Subscription subscription) {
    GroupBy.Key key = GroupBy.Key.of(subscription);
    if (key != null) {
      groupings.computeIfPresent(
          key, (same, grouping) -> grouping.router().feedCount() == 0 ? null : grouping);
    }
  }

  /** Returns whether these windows have no readers, and no client is opening them. */
  boolean isUnused() {
    return resumption == null
        && groupings.isEmpty()
        && ungrouped.feedCount() == 0
        && listeners.isEmpty();
  }

  /** Ends these windows. The series still refer to them until they are detached. */
  void remove() {
    removed = true;
    touchedSeries.clear();
    standingCounters.clear();
  }

  /** Returns whether these windows were removed. */
  boolean isRemoved() {
    return removed;
  }

  /** Removes these windows from a series. */
  void detach(Series series) {
    if (existing(series) != null) {
      series.setWindow(interval, null);
    }
  }

  private FeedRouter router() {
    FeedRouter router = routers.get();
    router.startAt(windowSequence.latest());
    return router;
  }

  /** Closes the open window, and opens the next one that may contain samples. */
  private void advance(long nowMillis) {
    close();
    long next = openEnd();
    openStart = touchedSeries.isEmpty() ? Math.max(next, interval.windowStart(nowMillis)) : next;
    windowSequence.recordOpened(openStart);
  }

  /**
   * Routes an aggregate to the feeds. Called after the history has packed it: if an application's
   * aggregator fails to pack, the series is omitted.
   */
  private void route(Series series, Aggregate aggregate) {
    if (aggregate.count() > 0) {
      ungrouped.route(series.key(), aggregate, openStart);
      groupings.values().forEach(grouping -> grouping.add(series, aggregate));
    }
  }

  private void close() {
    List<SeriesWindow> closing = touchedSeries;
    touchedSeries = new ArrayList<>();
    // Use the order of the history, so that a window read back is identical.
    closing.sort(Comparator.comparingLong(seriesWindow -> seriesWindow.series().id()));
    long windowNumber = windowSequence.recordClosed(openStart);
    ungrouped.beginBatch(windowNumber);
    for (SeriesWindow seriesWindow : closing) {
      close(seriesWindow);
    }
    ungrouped.endBatch();
    listeners.forEach(listener -> listener.onWindowClosed(openStart));
    standingCounters.addTo(groupings.values(), openStart);
    groupings.values().forEach(grouping -> grouping.closeWindow(windowNumber, openStart));
  }

  private void close(SeriesWindow seriesWindow) {
    Aggregate aggregate = seriesWindow.close();
    if (aggregate.count() > 0) {
      Series series = seriesWindow.series();
      listeners.forEach(listener -> listener.onSeriesClosed(series, openStart, aggregate));
      route(series, aggregate);
    }
  }
}
