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
 * The windows of a channel for every interval in use. Samples are folded into windows of one
 * second, five seconds and one minute. Closed minutes roll up into five minutes, those into hours,
 * and those into days. So nothing is folded twice, and each history tier contains exactly the
 * windows that were live. Used under the channel lock.
 */
final class WindowCascade {

  private final Aggregators aggregators;
  private final Function<Interval, FeedRouter> routers;
  private final SeriesTable rawSeries;
  private final @Nullable ChannelHistory history;
  private final HistoryReader reader;
  private final Map<Interval, Windows> windows = new EnumMap<>(Interval.class);
  private final Map<Interval, Windows.Listener> rollups = new EnumMap<>(Interval.class);

  /** All windows, finest interval first; a list, to iterate without allocating an iterator. */
  private List<Windows> all = List.of();

  /** Samples that count before this time are already included. */
  private long foldFrom = Long.MIN_VALUE;

  /** The windows into which samples are folded directly. */
  private List<Windows> folding = List.of();

  WindowCascade(
      Aggregators aggregators,
      Function<Interval, FeedRouter> routers,
      SeriesTable rawSeries,
      @Nullable ChannelHistory history) {
    this.aggregators = aggregators;
    this.routers = routers;
    this.rawSeries = rawSeries;
    this.history = history;
    this.reader = new HistoryReader(aggregators);
  }

  /** Opens the windows that the history retains, if there is a history. */
  void keep(long logMillis, Function<RetentionTier, Windows.Listener> recorders) {
    for (RetentionTier tier : RetentionTier.values()) {
      Interval interval = tier.interval();
      if (interval != null && history != null) {
        get(interval, logMillis).addListener(recorders.apply(tier));
      }
    }
  }

  /** Ignores samples that count before the given time: their windows are already known. */
  void foldFrom(long foldFrom) {
    this.foldFrom = foldFrom;
  }

  /** Reports a gap in the open windows to all of their feeds. */
  void interrupt(String epoch, @Nullable Long missed) {
    all.forEach(each -> each.interrupt(epoch, missed));
  }

  /** Folds a sample into its windows. */
  void fold(Series series, double value, long foldMillis) {
    if (foldMillis < foldFrom) {
      return;
    }
    for (int i = 0; i < folding.size(); i++) {
      folding.get(i).fold(series, value, foldMillis);
    }
  }

  /** Closes windows that have ended, finest interval first. */
  void tick(long logMillis) {
    if (logMillis < foldFrom) {
      return;
    }
    for (int i = 0; i < all.size(); i++) {
      all.get(i).tick(logMillis);
    }
  }

  /** Returns the windows of an interval, opening them if necessary. */
  Windows get(Interval interval, long logMillis) {
    Windows existing = windows.get(interval);
    if (existing != null) {
      return existing;
    }
    Windows opened =
        new Windows(
            interval, aggregators, () -> routers.apply(interval), logMillis - LogTime.GRACE_MILLIS);
    Interval finer = finer(interval);
    if (finer == null) {
      resume(opened);
    } else {
      Windows.Listener rollup =
          (series, start, aggregate) -> opened.append(series, start, aggregate);
      rollups.put(interval, rollup);
      get(finer, logMillis).addListener(rollup);
    }
    windows.put(interval, opened);
    index();
    return opened;
  }

  /** Removes windows that are no longer in use. */
  void prune() {
    Interval[] intervals = Interval.values();
    for (int i = intervals.length - 1; i >= 0; i--) {
      Interval interval = intervals[i];
      Windows existing = windows.get(interval);
      if (existing != null && existing.isUnused()) {
        existing.detach(rawSeries);
        windows.remove(interval);
        Windows.Listener rollup = rollups.remove(interval);
        Windows finer = windows.get(finer(interval));
        if (rollup != null && finer != null) {
          finer.removeListener(rollup);
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

  /**
   * Returns the interval from which windows are rolled up; null if they are folded from samples.
   */
  static @Nullable Interval finer(Interval interval) {
    return switch (interval) {
      case ONE_SECOND, FIVE_SECONDS, ONE_MINUTE -> null;
      case FIVE_MINUTES -> Interval.ONE_MINUTE;
      case ONE_HOUR -> Interval.FIVE_MINUTES;
      case ONE_DAY -> Interval.ONE_HOUR;
    };
  }

  /** Initializes newly opened windows from history, as if they had always been open. */
  private void resume(Windows opened) {
    if (history == null || RetentionTier.of(opened.interval()) != null) {
      return;
    }
    for (Series series : rawSeries.all()) {
      SeriesHistory seriesHistory = series.history;
      WindowedSeries seriesWindow = seriesHistory == null ? null : opened.of(series);
      if (seriesHistory != null && seriesWindow != null) {
        for (Window window :
            reader.openingWindows(
                seriesHistory.snapshot(), opened.interval(), opened.openStart())) {
          seriesWindow.resume(window);
        }
      }
    }
  }
}
