package io.greenlang.metrics.feed;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.history.ChannelHistory;
import io.greenlang.metrics.history.HistoryReader;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.history.SeriesHistory;
import io.greenlang.metrics.history.Window;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a channel, of every interval that somebody needs. Readings are folded into those
 * of a second, five seconds and a minute; closed minutes are appended to five minutes, those to
 * hours, those to days. So nothing is folded twice, and what a tier of history holds is what was
 * live. Under the channel's lock.
 */
final class WindowCascade {

  private final Aggregators aggregators;
  private final Function<Interval, FeedRouter> routers;
  private final SeriesTable readings;
  private final @Nullable ChannelHistory history;
  private final HistoryReader reader;
  private final Map<Interval, Windows> windows = new EnumMap<>(Interval.class);
  private final Map<Interval, Windows.Listener> cascades = new EnumMap<>(Interval.class);

  /** All of them, the finest first: to walk without an iterator. */
  private List<Windows> all = List.of();

  /** Readings that count before this are known already. */
  private long foldFrom = Long.MIN_VALUE;

  /** Those that readings are folded into. */
  private List<Windows> folding = List.of();

  WindowCascade(
      Aggregators aggregators,
      Function<Interval, FeedRouter> routers,
      SeriesTable readings,
      @Nullable ChannelHistory history) {
    this.aggregators = aggregators;
    this.routers = routers;
    this.readings = readings;
    this.history = history;
    this.reader = new HistoryReader(aggregators);
  }

  /** Opens the windows that history keeps, if there is history. */
  void keep(long logMillis, Function<RetentionTier, Windows.Listener> keepers) {
    for (RetentionTier tier : RetentionTier.values()) {
      Interval interval = tier.interval();
      if (interval != null && history != null) {
        get(interval, logMillis).addListener(keepers.apply(tier));
      }
    }
  }

  /** Has nothing counted that comes before: what it came to is known already. */
  void foldFrom(long millis) {
    foldFrom = millis;
  }

  /** Tells everybody who looks at windows that something is missing in the open ones. */
  void interrupt(String epoch, @Nullable Long missed) {
    all.forEach(each -> each.interrupt(epoch, missed));
  }

  /** Folds a reading in. */
  void fold(Series series, double value, long foldMillis) {
    if (foldMillis < foldFrom) {
      return;
    }
    for (int i = 0; i < folding.size(); i++) {
      folding.get(i).fold(series, value, foldMillis);
    }
  }

  /** Closes the windows whose time is over, the finest first. */
  void tick(long logMillis) {
    if (logMillis < foldFrom) {
      return;
    }
    for (int i = 0; i < all.size(); i++) {
      all.get(i).tick(logMillis);
    }
  }

  /** The windows of an interval, opened if there are none. */
  Windows get(Interval interval, long logMillis) {
    Windows known = windows.get(interval);
    if (known != null) {
      return known;
    }
    Windows opened =
        new Windows(
            interval, aggregators, () -> routers.apply(interval), logMillis - LogTime.GRACE_MILLIS);
    Interval finer = finer(interval);
    if (finer == null) {
      resume(opened);
    } else {
      Windows.Listener cascade =
          (series, start, aggregate) -> opened.append(series, start, aggregate);
      cascades.put(interval, cascade);
      get(finer, logMillis).addListener(cascade);
    }
    windows.put(interval, opened);
    index();
    return opened;
  }

  /** Lets go of windows that nobody needs any more. */
  void prune() {
    Interval[] intervals = Interval.values();
    for (int i = intervals.length - 1; i >= 0; i--) {
      Interval interval = intervals[i];
      Windows there = windows.get(interval);
      if (there != null && there.isUnused()) {
        there.detach(readings);
        windows.remove(interval);
        Windows.Listener cascade = cascades.remove(interval);
        Windows finer = windows.get(finer(interval));
        if (cascade != null && finer != null) {
          finer.removeListener(cascade);
        }
      }
    }
    index();
  }

  int feedCount() {
    return all.stream().mapToInt(Windows::feedCount).sum();
  }

  private void index() {
    all = new ArrayList<>(windows.values());
    folding = all.stream().filter(each -> finer(each.interval()) == null).toList();
  }

  /** What windows are made of; null for readings. */
  static @Nullable Interval finer(Interval interval) {
    return switch (interval) {
      case ONE_SECOND, FIVE_SECONDS, ONE_MINUTE -> null;
      case FIVE_MINUTES -> Interval.ONE_MINUTE;
      case ONE_HOUR -> Interval.FIVE_MINUTES;
      case ONE_DAY -> Interval.ONE_HOUR;
    };
  }

  /** Opens windows as if somebody had always looked, as far as history knows. */
  private void resume(Windows opened) {
    if (history == null || RetentionTier.of(opened.interval()) != null) {
      return;
    }
    for (Series series : readings.all()) {
      SeriesHistory past = series.history;
      WindowedSeries windowed = past == null ? null : opened.of(series);
      if (past != null && windowed != null) {
        for (Window window :
            reader.openingWindows(past.snapshot(), opened.interval(), opened.openStart())) {
          windowed.resume(window);
        }
      }
    }
  }
}
