package io.greenlang.metrics.feed;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The windows of one interval on one channel. Every reading is folded once, whatever the number of
 * clients and views; when a window closes, its aggregates are routed to feeds as readings are.
 * Under the channel's lock.
 *
 * <p>Windows go by the hub's clock. One closes {@value #GRACE_MILLIS} ms after its end, because
 * what was measured just before its end takes a moment to get here.
 */
final class Windows {

  /** How many intervals there are; each has a slot in every series. */
  static final int SLOTS = Interval.values().length;

  private static final long GRACE_MILLIS = 200;

  private final Interval interval;
  private final int slot;
  private final Aggregators aggregators;
  private final Supplier<FeedRouter> routers;

  /** For those who take every series as it is. */
  private final FeedRouter plain;

  private final Map<Grouping.Key, Grouping> groupings = new HashMap<>();

  /** Those that have readings in the open window or in the next. */
  private List<WindowedSeries> touched = new ArrayList<>();

  private long openStart;

  /** How many windows were closed: the offsets of the routers. */
  private long closed;

  Windows(
      Interval interval, Aggregators aggregators, Supplier<FeedRouter> routers, long nowMillis) {
    this.interval = interval;
    this.aggregators = aggregators;
    this.slot = List.of(Interval.values()).indexOf(interval);
    this.routers = routers;
    this.plain = routers.get();
    this.openStart = interval.windowOf(nowMillis);
  }

  /** The first instant that is not in the open window. */
  long openEnd() {
    return openStart + interval.millis();
  }

  /** Folds a reading in; one of a type that nobody can aggregate is left out. */
  void fold(Series series, double value, long timeMillis) {
    WindowedSeries windowed = series.windowed[slot];
    if (windowed == null) {
      Aggregator aggregator = aggregators.find(series.type());
      if (aggregator == null) {
        return;
      }
      windowed = new WindowedSeries(series, this, aggregator);
      series.windowed[slot] = windowed;
    }
    windowed.add(value, timeMillis);
  }

  /** Has the series on the list when the window closes. */
  void touch(WindowedSeries series) {
    touched.add(series);
  }

  /** Closes the windows whose time is over. */
  void tick(long nowMillis, long nowNanos) {
    if (nowMillis < openStart - interval.millis()) {
      // The clock was set back: what is open ends here, or it would stay open until the clock has
      // come as far again.
      close(nowNanos);
      openStart = interval.windowOf(nowMillis);
    }
    while (nowMillis >= openEnd() + GRACE_MILLIS) {
      close(nowNanos);
      long next = openEnd();
      long current = interval.windowOf(nowMillis - GRACE_MILLIS);
      openStart = touched.isEmpty() ? Math.max(next, current) : next;
    }
  }

  /** The router that a subscription's feed belongs to. */
  FeedRouter router(Subscription subscription) {
    Grouping.Key key = Grouping.Key.of(subscription);
    return key == null
        ? plain
        : groupings.computeIfAbsent(key, k -> new Grouping(k, aggregators, routers.get())).router();
  }

  /** How many feeds take these windows. */
  int feedCount() {
    return plain.feedCount()
        + groupings.values().stream().mapToInt(grouping -> grouping.router().feedCount()).sum();
  }

  /** Forgets groupings without feeds; true if nobody is left who looks at these windows. */
  boolean isUnused() {
    groupings.values().removeIf(grouping -> grouping.router().feedCount() == 0);
    return groupings.isEmpty() && plain.feedCount() == 0;
  }

  /** Takes the open windows out of the series. */
  void detach(SeriesTable table) {
    table.all().forEach(series -> series.windowed[slot] = null);
  }

  private void close(long nowNanos) {
    List<WindowedSeries> closing = touched;
    touched = new ArrayList<>();
    closed++;
    plain.begin(closed, nowNanos);
    for (WindowedSeries windowed : closing) {
      Aggregate aggregate = windowed.close();
      if (aggregate.count() > 0) {
        Series series = windowed.series;
        plain.route(
            series.name(), series.type(), series.tags(), aggregate.value(), aggregate, openStart);
        groupings.values().forEach(grouping -> grouping.add(series, aggregate));
      }
    }
    plain.end();
    groupings.values().forEach(grouping -> grouping.close(closed, nowNanos, openStart));
  }
}
