package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.SeriesHistory;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.history.WindowBlob;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.internal.window.IntervalWindows;
import io.greenlang.metrics.internal.window.SeriesWindow;
import io.greenlang.metrics.internal.window.WindowRollup;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recovery of a channel's stream from its log: it restores the state of an instance that had
 * run all along, as far as the log reaches.
 *
 * <p>Closed windows come from the archive, longest interval first, so that it is known which of the
 * shorter windows they already contain. Then the logged publications are accepted as if they were
 * live, each at its own time. Runs once, under the channel lock, before there are readers.
 */
final class ChannelRecovery {

  private static final Logger log = LoggerFactory.getLogger(ChannelRecovery.class);

  private final Channel channel;
  private final Aggregators aggregators;
  private final ChannelHistory history;
  private final WindowRollup windows;
  private final SeriesTable series;

  /** The end of the last closed window of each interval. */
  private final Map<Interval, Long> closedUntil = new EnumMap<>(Interval.class);

  /** The start of the first archived window of each tier. */
  private final Map<RetentionTier, Long> firstStarts = new EnumMap<>(RetentionTier.class);

  /** The last window of each series, of the interval being recovered. */
  private final Map<SeriesHistory, Window> latestWindows = new HashMap<>();

  private int rejected;

  ChannelRecovery(
      Channel channel,
      Aggregators aggregators,
      ChannelHistory history,
      WindowRollup windows,
      SeriesTable series) {
    this.channel = channel;
    this.aggregators = aggregators;
    this.history = history;
    this.windows = windows;
    this.series = series;
  }

  /**
   * Recovers the archived windows, then the logged publications.
   *
   * @param replay accepts a publication as if it were live
   */
  void recover(ChannelLog channelLog, long nowMillis, Consumer<Publication> replay) {
    RetentionTier[] tiers = RetentionTier.values();
    for (int i = tiers.length - 1; i >= 0; i--) {
      Interval interval = tiers[i].interval();
      if (interval != null) {
        recover(channelLog, tiers[i], interval);
      }
    }
    if (rejected > 0) {
      log.warn("Skipped {} unreadable windows in the archive of channel {}", rejected, channel);
    }
    recoverPublications(channelLog, nowMillis, replay);
  }

  private void recoverPublications(
      ChannelLog channelLog, long nowMillis, Consumer<Publication> replay) {
    boolean[] hasPublications = {false};
    channelLog.forEachPublication(
        publication -> {
          if (!hasPublications[0]) {
            hasPublications[0] = true;
            begin(publication);
          }
          replay.accept(publication);
        });
    if (!hasPublications[0] && channelLog.offset() > 0) {
      history.markStart(RetentionTier.RAW, nowMillis, channelLog.offset());
    }
    windows.ignoreBefore(Long.MIN_VALUE);
    // Without the first publication, windows before the archived ones may have expired.
    firstStarts.forEach((tier, start) -> history.markStart(tier, start, 0));
  }

  private void recover(ChannelLog channelLog, RetentionTier tier, Interval interval) {
    long[] firstStart = {Long.MAX_VALUE};
    channelLog.forEachWindow(
        interval,
        (startMillis, packed) -> {
          if (interval.windowStart(startMillis) != startMillis
              || startMillis < closedUntil(interval)) {
            rejected++;
            return;
          }
          firstStart[0] = Math.min(firstStart[0], startMillis);
          closedUntil.put(interval, startMillis + interval.millis());
          recoverWindow(tier, startMillis, longer(interval), packed);
        });
    if (firstStart[0] != Long.MAX_VALUE) {
      firstStarts.put(tier, firstStart[0]);
      resumeAfter(interval);
    }
  }

  private void recoverWindow(
      RetentionTier tier, long startMillis, @Nullable Interval longer, byte[] packed) {
    try {
      WindowBlob.read(
          channel,
          packed,
          (key, aggregate) -> recoverSeries(tier, startMillis, longer, key, aggregate));
    } catch (RuntimeException e) {
      // The bytes come from other instances, and application-defined aggregators parse them.
      log.debug("Failed to read an archived window of channel {}", channel, e);
      rejected++;
    }
  }

  /** Opens the window after the last archived one. */
  private void resumeAfter(Interval interval) {
    IntervalWindows intervalWindows = windows.getOrOpen(interval, 0);
    intervalWindows.startAt(closedUntil(interval));
    latestWindows.forEach(
        (seriesHistory, window) -> resume(intervalWindows, seriesHistory, window));
    latestWindows.clear();
  }

  /**
   * Passes the preceding window to a window that is being opened; the growth of a counter depends
   * on it.
   */
  private void resume(IntervalWindows intervalWindows, SeriesHistory seriesHistory, Window window) {
    Series target = series(seriesHistory);
    SeriesWindow seriesWindow = target == null ? null : intervalWindows.seriesWindow(target);
    if (seriesWindow != null) {
      seriesWindow.resume(window);
    }
  }

  /**
   * Returns the channel's series for a series in the history; null if the series limit is reached.
   */
  private @Nullable Series series(SeriesHistory seriesHistory) {
    Series existing = series.find(seriesHistory.key());
    Series result = existing == null ? series.add(seriesHistory.key(), 0) : existing;
    if (result != null) {
      result.setHistory(seriesHistory);
    }
    return result;
  }

  private void recoverSeries(
      RetentionTier tier,
      long startMillis,
      @Nullable Interval longer,
      SeriesKey key,
      byte[] packed) {
    Aggregator aggregator = aggregators.find(key.type());
    if (aggregator == null) {
      return; // a type of another instance's application
    }
    Aggregate aggregate = aggregator.unpack(packed);
    SeriesHistory seriesHistory = history.series(key);
    history.add(seriesHistory, tier, startMillis, packed, 0);
    latestWindows.put(seriesHistory, new Window(startMillis, aggregate));
    if (longer != null && startMillis >= closedUntil(longer)) {
      append(longer, startMillis, seriesHistory, aggregate);
    }
  }

  /** Appends a window to the longer window that was open. */
  private void append(
      Interval longer, long startMillis, SeriesHistory seriesHistory, Aggregate aggregate) {
    IntervalWindows longerWindows = windows.getOrOpen(longer, 0);
    if (!closedUntil.containsKey(longer)) {
      closedUntil.put(longer, longer.windowStart(startMillis));
      longerWindows.startAt(startMillis);
    }
    Series target = series(seriesHistory);
    if (target != null) {
      longerWindows.appendFiner(target, startMillis, aggregate);
    }
  }

  /** Records where the publications begin, and which of them are not yet in a window. */
  private void begin(Publication first) {
    if (first.offset() > 1) {
      history.markStart(RetentionTier.RAW, first.logMillis(), first.offset() - 1);
    } else {
      firstStarts.clear(); // the channel had no windows before the archived ones
    }
    if (!closedUntil.containsKey(Interval.ONE_MINUTE)) {
      IntervalWindows minutes = windows.getOrOpen(Interval.ONE_MINUTE, 0);
      minutes.startAt(first.logMillis() - StreamClock.GRACE_MILLIS);
      closedUntil.put(Interval.ONE_MINUTE, minutes.openStart());
    }
    windows.ignoreBefore(closedUntil(Interval.ONE_MINUTE));
  }

  private long closedUntil(Interval interval) {
    return Objects.requireNonNullElse(closedUntil.get(interval), Long.MIN_VALUE);
  }

  /** Returns the interval that is rolled up from this one; null if there is none. */
  private static @Nullable Interval longer(Interval interval) {
    for (Interval candidate : Interval.values()) {
      if (WindowRollup.finer(candidate) == interval) {
        return candidate;
      }
    }
    return null;
  }
}
