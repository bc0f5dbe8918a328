package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.SeriesReader;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.util.FirstFailure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a channel for every interval in use. Samples are folded into windows of one
 * second, five seconds and one minute. Closed minutes roll up into five minutes, those into hours,
 * and those into days. So nothing is folded twice, and each history tier contains exactly the
 * windows that were live. Used under both parts of the channel lock, unless stated otherwise.
 */
public final class WindowRollup {

  /** How long windows remain after their last reader. */
  static final long UNUSED_MILLIS = 60_000;

  private final Aggregators aggregators;
  private final Function<Interval, FeedRouter> routers;
  private final SeriesTable rawSeries;
  private final @Nullable ChannelHistory history;
  private final SeriesReader reader;
  private final Map<Interval, IntervalWindows> windows = new EnumMap<>(Interval.class);

  /**
   * All windows, finest interval first; a list, to iterate without allocating an iterator. Replaced
   * as a whole, so that any thread may read it.
   */
  private volatile List<IntervalWindows> all = List.of();

  /** Samples that count before this time are already included. */
  private long ignoreBefore = Long.MIN_VALUE;

  /** The time since when windows have had no readers, in epoch milliseconds. */
  private final Map<Interval, Long> unusedSince = new EnumMap<>(Interval.class);

  private final WindowDetachment detachment = new WindowDetachment();

  /** The windows into which samples are folded directly. */
  private List<IntervalWindows> folding = List.of();

  /**
   * Creates a rollup without open windows.
   *
   * @param routers creates the router for the windows of an interval
   * @param rawSeries the series whose samples are folded
   */
  public WindowRollup(
      Aggregators aggregators,
      Function<Interval, FeedRouter> routers,
      SeriesTable rawSeries,
      @Nullable ChannelHistory history) {
    this.aggregators = aggregators;
    this.routers = routers;
    this.rawSeries = rawSeries;
    this.history = history;
    this.reader = new SeriesReader(aggregators);
  }

  /** Opens the windows that the history retains, if there is a history. */
  public void addRecorders(long logMillis, Function<RetentionTier, WindowListener> recorders) {
    for (RetentionTier tier : RetentionTier.values()) {
      Interval interval = tier.interval();
      if (interval != null && history != null) {
        getOrOpen(interval, logMillis).recordWith(recorders.apply(tier));
      }
    }
  }

  /** Ignores samples that count before the given time: their windows are already known. */
  public void ignoreBefore(long foldFrom) {
    this.ignoreBefore = foldFrom;
  }

  /** Reports a gap in the open windows to all of their feeds. */
  void reportGap(String epoch, @Nullable Long missed) {
    all.forEach(each -> each.feeds().markIncomplete()); // until the feeds of the interval know
    FirstFailure failure = new FirstFailure();
    Consumer<IntervalWindows> report = each -> each.feeds().reportGap(epoch, missed);
    all.forEach(each -> failure.run(report, each));
    failure.rethrow();
  }

  /**
   * Reports windows that an error has left incomplete as a gap of unknown size. Called under the
   * views lock.
   */
  public void reportIncomplete(String epoch) {
    all.forEach(each -> each.feeds().reportIncomplete(epoch));
  }

  /** Passes the routers of all windows to {@code action}. */
  void forEachRouter(Consumer<FeedRouter> action) {
    all.forEach(each -> each.feeds().forEachRouter(action));
  }

  /** Folds a sample into its windows. Called under the samples lock. */
  public void fold(Series series, Metric sample, long foldMillis) {
    if (foldMillis < ignoreBefore) {
      return;
    }
    for (int i = 0; i < folding.size(); i++) {
      folding.get(i).fold(series, sample, foldMillis);
    }
  }

  /**
   * Closes windows that have ended, finest interval first. Called under the views lock, like {@link
   * #complete}.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  public boolean tick(long logMillis, ChannelLock.Slices slices) {
    if (logMillis < ignoreBefore) {
      return true;
    }
    for (IntervalWindows each : all) {
      if (!each.tick(logMillis, slices)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Completes the closing of windows that a thread has left half closed.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  public boolean complete(ChannelLock.Slices slices) {
    List<IntervalWindows> current = all;
    for (int i = 0; i < current.size(); i++) {
      if (!current.get(i).completeClosing(slices)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether windows must be closed before a publication that was logged at the given time
   * is folded. Usually they are closed in time, by another thread. Called under the samples lock.
   */
  public boolean isBehind(long logMillis) {
    List<IntervalWindows> current = all;
    for (int i = 0; i < current.size(); i++) {
      if (current.get(i).isBehind(logMillis)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the windows of an interval, opening them if necessary. */
  public IntervalWindows getOrOpen(Interval interval, long logMillis) {
    IntervalWindows existing = windows.get(interval);
    if (existing != null) {
      unusedSince.remove(interval);
      return existing;
    }
    IntervalWindows opened =
        new IntervalWindows(
            interval,
            aggregators,
            () -> routers.apply(interval),
            logMillis - StreamClock.GRACE_MILLIS);
    Interval finer = finer(interval);
    if (finer == null) {
      resume(opened);
    } else {
      getOrOpen(finer, logMillis).targets().setLonger(opened);
    }
    windows.put(interval, opened);
    index();
    return opened;
  }

  /** Returns the windows of an interval, which must be open. */
  IntervalWindows get(Interval interval) {
    return Objects.requireNonNull(windows.get(interval), "the windows are not open");
  }

  /**
   * Returns the resumption that must be completed before the windows of an interval have readers;
   * null if there is none. A rollup waits for the finer windows from which it is built.
   */
  @Nullable WindowResumption resumption(Interval interval) {
    WindowResumption pending = null;
    for (Interval each = interval; each != null && pending == null; each = finer(each)) {
      pending = get(each).resumption();
    }
    return pending;
  }

  /**
   * Returns whether series must continue before the windows of an interval have readers, as far as
   * is known without the lock. Any thread.
   */
  boolean continuesSeries(Interval interval) {
    Interval folded = interval;
    for (Interval each = interval; each != null; each = finer(each)) {
      folded = each;
    }
    for (IntervalWindows each : all) {
      if (each.interval() == folded) {
        return each.resumption() != null;
      }
    }
    return needsResumption(folded);
  }

  /**
   * Removes windows that have had no readers for a minute. They remain that long because opening
   * them again reads the history of all series.
   */
  public void prune(long logMillis) {
    Interval[] intervals = Interval.values();
    for (int i = intervals.length - 1; i >= 0; i--) {
      IntervalWindows existing = windows.get(intervals[i]);
      if (existing == null || !existing.isUnused()) {
        unusedSince.remove(intervals[i]);
      } else if (isExpired(intervals[i], logMillis)) {
        remove(intervals[i], existing);
      }
    }
    detachment.next(rawSeries);
  }

  private boolean isExpired(Interval interval, long logMillis) {
    long since = unusedSince.computeIfAbsent(interval, absent -> logMillis);
    if (logMillis < since) {
      unusedSince.put(interval, logMillis); // the clock was set back
    }
    return logMillis - since >= UNUSED_MILLIS;
  }

  private void remove(Interval interval, IntervalWindows unused) {
    unused.remove();
    detachment.add(unused);
    unusedSince.remove(interval);
    windows.remove(interval);
    IntervalWindows finer = windows.get(finer(interval));
    if (finer != null) {
      finer.targets().setLonger(null);
    }
    index();
  }

  private void index() {
    all = new ArrayList<>(windows.values());
    folding = all.stream().filter(each -> finer(each.interval()) == null).toList();
  }

  /**
   * Returns the interval from which windows are rolled up; null if they are folded from samples.
   */
  public static @Nullable Interval finer(Interval interval) {
    return switch (interval) {
      case ONE_SECOND, FIVE_SECONDS, ONE_MINUTE -> null;
      case FIVE_MINUTES -> Interval.ONE_MINUTE;
      case ONE_HOUR -> Interval.FIVE_MINUTES;
      case ONE_DAY -> Interval.ONE_HOUR;
    };
  }

  /**
   * Prepares newly opened windows to continue as if they had always been open. Windows that the
   * history retains are never closed, so there is nothing to continue.
   */
  private void resume(IntervalWindows opened) {
    if (needsResumption(opened.interval())) {
      opened.resumeWith(new WindowResumption(opened, rawSeries, reader, history));
    }
  }

  /** Returns whether new windows of an interval need a resumption. */
  private boolean needsResumption(Interval folded) {
    return history == null || RetentionTier.of(folded) == null;
  }
}
