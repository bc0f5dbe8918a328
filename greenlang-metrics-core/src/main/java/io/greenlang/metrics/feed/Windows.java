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
 * The windows of one interval on one channel. Every reading is folded once, whatever the number of
 * clients and views; when a window closes, its aggregates are routed to feeds as readings are.
 * Under the channel's lock.
 *
 * <p>Which window a reading counts in is a matter of {@link LogTime#fold} alone. A window closes
 * when no reading can count in it any more: {@value LogTime#GRACE_MILLIS} ms after its end.
 */
final class Windows {

  /** How many intervals there are; each has a slot in every series. */
  static final int SLOTS = Interval.values().length;

  /** Takes windows as they close. */
  interface Listener {
    /** A series had this in the window that starts there. */
    void closed(Series series, long startMillis, Aggregate aggregate);

    /** That was all of them. */
    default void ended(long startMillis) {
      // most take each series for itself
    }
  }

  private final Interval interval;
  private final int slot;
  private final Aggregators aggregators;
  private final Supplier<FeedRouter> routers;

  /** For those who take every series as it is. */
  private final FeedRouter plain;

  private final Map<Grouping.Key, Grouping> groupings = new HashMap<>();
  private final List<Listener> listeners = new ArrayList<>();

  /** Those that have readings in the open window or in the next. */
  private List<WindowedSeries> touched = new ArrayList<>();

  private long openStart;
  private final WindowNumbers numbers;

  Windows(
      Interval interval, Aggregators aggregators, Supplier<FeedRouter> routers, long nowMillis) {
    this.interval = interval;
    this.slot = List.of(Interval.values()).indexOf(interval);
    this.aggregators = aggregators;
    this.routers = routers;
    this.openStart = interval.windowOf(nowMillis);
    this.numbers = new WindowNumbers(interval, openStart);
    this.plain = router();
  }

  Interval interval() {
    return interval;
  }

  WindowNumbers numbers() {
    return numbers;
  }

  long openStart() {
    return openStart;
  }

  /** The first instant that is not in the open window. */
  long openEnd() {
    return openStart + interval.millis();
  }

  /** Begins to tell a listener what closes. */
  void addListener(Listener listener) {
    listeners.add(listener);
  }

  /** Ends what {@link #addListener} began. */
  void removeListener(Listener listener) {
    listeners.remove(listener);
  }

  /** The series' window, opened if it had none; null if nobody can aggregate its type. */
  @Nullable WindowedSeries of(Series series) {
    WindowedSeries windowed = series.windowed[slot];
    if (windowed == null) {
      Aggregator aggregator = aggregators.find(series.type());
      if (aggregator != null) {
        windowed = new WindowedSeries(series, this, aggregator);
        series.windowed[slot] = windowed;
      }
    }
    return windowed;
  }

  /** Folds a reading in; one of a type that nobody can aggregate is left out. */
  void fold(Series series, double value, long foldMillis) {
    WindowedSeries windowed = of(series);
    if (windowed != null) {
      windowed.add(value, foldMillis);
    }
  }

  /** Opens another window than that of now, before anything was folded. */
  void startAt(long millis) {
    openStart = interval.windowOf(millis);
    numbers.opened(openStart);
    plain.startAt(numbers.newest());
  }

  /** Tells everybody that something is missing in the open window. */
  void interrupt(String epoch, @Nullable Long missed) {
    numbers.interrupt();
    Position place = new Position(numbers.epoch(epoch), numbers.newest());
    plain.interrupt(numbers.newest(), missed, place);
    groupings
        .values()
        .forEach(grouping -> grouping.router().interrupt(numbers.newest(), missed, place));
  }

  /** Appends a closed window of a finer interval. */
  void append(Series series, long startMillis, Aggregate finer) {
    if (startMillis < openStart) {
      return; // of a window that was closed by another instance
    }
    while (startMillis >= openEnd()) {
      advance(startMillis);
    }
    WindowedSeries windowed = of(series);
    if (windowed != null) {
      windowed.append(finer);
    }
  }

  /** Has the series on the list when the window closes. */
  void touch(WindowedSeries series) {
    series.place = touched.size();
    touched.add(series);
  }

  /** Takes the series off the list; the order of the others does not matter. */
  void untouch(WindowedSeries series) {
    WindowedSeries last = touched.remove(touched.size() - 1);
    if (last != series) {
      touched.set(series.place, last);
      last.place = series.place;
    }
  }

  /** Closes the windows whose time is over. */
  void tick(long logMillis) {
    if (logMillis < openStart) {
      // The clock was set back: what is open ends here, or it would stay open until the clock has
      // come as far again.
      do {
        close();
        openStart = openEnd();
      } while (!touched.isEmpty());
      openStart = interval.windowOf(logMillis);
      numbers.restart(openStart);
    }
    while (logMillis >= openEnd() + LogTime.GRACE_MILLIS) {
      advance(logMillis - LogTime.GRACE_MILLIS);
    }
  }

  /** The router that a subscription's feed belongs to. */
  FeedRouter router(Subscription subscription) {
    Grouping.Key key = Grouping.Key.of(subscription);
    if (key == null) {
      return plain;
    }
    Grouping grouping = groupings.get(key);
    if (grouping == null) {
      grouping = new Grouping(key, aggregators, router());
      grouping.remember(plain.table(), numbers::start);
      groupings.put(key, grouping);
    }
    return grouping.router();
  }

  /** Notes a window that closed before anybody looked as its series' newest. */
  void remember(Series series, long startMillis, Aggregate aggregate) {
    plain.remember(
        series.name(),
        series.type(),
        series.tags(),
        aggregate,
        startMillis,
        numbers.number(startMillis));
  }

  /** How many feeds take these windows. */
  int feedCount() {
    return plain.feedCount()
        + groupings.values().stream().mapToInt(grouping -> grouping.router().feedCount()).sum();
  }

  /** Forgets groupings without feeds; true if nobody is left who looks at these windows. */
  boolean isUnused() {
    groupings.values().removeIf(grouping -> grouping.router().feedCount() == 0);
    return groupings.isEmpty() && plain.feedCount() == 0 && listeners.isEmpty();
  }

  /** Takes the open windows out of the series. */
  void detach(SeriesTable table) {
    table.forEachInWindows(series -> series.windowed[slot] = null);
  }

  private FeedRouter router() {
    FeedRouter router = routers.get();
    router.startAt(numbers.newest());
    return router;
  }

  /** Closes the open window, and opens the next one that something can be in. */
  private void advance(long nowMillis) {
    close();
    long next = openEnd();
    openStart = touched.isEmpty() ? Math.max(next, interval.windowOf(nowMillis)) : next;
    numbers.opened(openStart);
  }

  /** Not before history has packed it: if a host's aggregator fails at that, it is left out. */
  private void route(Series series, Aggregate aggregate) {
    if (aggregate.count() > 0) {
      plain.route(
          series.name(), series.type(), series.tags(), aggregate.value(), aggregate, openStart);
      groupings.values().forEach(grouping -> grouping.add(series, aggregate));
    }
  }

  private void close() {
    List<WindowedSeries> closing = touched;
    touched = new ArrayList<>();
    // In the order in which history has them: a window that is read back is then the very same.
    closing.sort(Comparator.comparingLong(windowed -> windowed.series.id));
    long number = numbers.close(openStart);
    plain.begin(number);
    for (WindowedSeries windowed : closing) {
      Aggregate aggregate = windowed.close();
      if (aggregate.count() > 0) {
        Series series = windowed.series;
        listeners.forEach(listener -> listener.closed(series, openStart, aggregate));
        route(series, aggregate);
      }
    }
    plain.end();
    listeners.forEach(listener -> listener.ended(openStart));
    groupings.values().forEach(grouping -> grouping.close(number, openStart));
  }
}
