package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.ChannelHistory;
import io.greenlang.metrics.history.PackedWindow;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.history.SeriesHistory;
import io.greenlang.metrics.history.Window;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the stream of a channel to where an instance would be that had been there all the time, as
 * far as the log reaches: closed windows come from the archive, the longest first, so that it is
 * known which of the shorter ones are in them already; then the publications are taken as if they
 * came now, each at its own time. Once, under the channel's lock, before anybody reads.
 */
final class Restoration {

  private static final Logger log = LoggerFactory.getLogger(Restoration.class);

  private final Channel channel;
  private final Aggregators aggregators;
  private final ChannelHistory history;
  private final WindowCascade windows;
  private final SeriesTable series;

  /** Behind the last closed window of each length. */
  private final Map<Interval, Long> ends = new EnumMap<>(Interval.class);

  /** The last window of each series, of the length that is being restored. */
  private final Map<SeriesHistory, Window> newest = new HashMap<>();

  private int refused;

  Restoration(
      Channel channel,
      Aggregators aggregators,
      ChannelHistory history,
      WindowCascade windows,
      SeriesTable series) {
    this.channel = channel;
    this.aggregators = aggregators;
    this.history = history;
    this.windows = windows;
    this.series = series;
  }

  void restore(ChannelLog from, long nowMillis, Consumer<Publication> replay) {
    RetentionTier[] tiers = RetentionTier.values();
    for (int i = tiers.length - 1; i >= 0; i--) {
      Interval interval = tiers[i].interval();
      if (interval != null) {
        restore(from, tiers[i], interval);
      }
    }
    if (refused > 0) {
      log.warn(
          "{} windows in the archive of channel {} could not be read and were left out",
          refused,
          channel);
    }
    boolean[] any = {false};
    from.publications(
        publication -> {
          if (!any[0]) {
            any[0] = true;
            begin(publication);
          }
          replay.accept(publication);
        });
    if (!any[0] && from.offset() > 0) {
      history.begin(RetentionTier.RAW, nowMillis, from.offset());
    }
    windows.foldFrom(Long.MIN_VALUE);
  }

  private void restore(ChannelLog from, RetentionTier tier, Interval interval) {
    Interval longer = longer(interval);
    long[] first = {Long.MAX_VALUE};
    from.windows(
        interval,
        (startMillis, packed) -> {
          if (interval.windowOf(startMillis) != startMillis || startMillis < end(interval)) {
            refused++;
            return;
          }
          first[0] = Math.min(first[0], startMillis);
          ends.put(interval, startMillis + interval.millis());
          try {
            PackedWindow.read(
                channel,
                packed,
                (name, type, tags, aggregate) ->
                    take(tier, startMillis, longer, name, type, tags, aggregate));
          } catch (RuntimeException e) {
            // Bytes from elsewhere, and aggregators of the host's that read them.
            log.debug("a window of {} cannot be read", channel, e);
            refused++;
          }
        });
    if (first[0] != Long.MAX_VALUE) {
      history.begin(tier, first[0], 0);
      Windows of = windows.get(interval, 0);
      of.startAt(end(interval));
      newest.forEach((past, window) -> resume(of, past, window));
      newest.clear();
    }
  }

  /** Tells a window that is opened what came before it: what a counter grew by depends on that. */
  private void resume(Windows of, SeriesHistory past, Window window) {
    Series to = series(past);
    WindowedSeries windowed = to == null ? null : of.of(to);
    if (windowed != null) {
      windowed.resume(window);
    }
  }

  /** The channel's series for one of the past; null if there is no room for it. */
  private @Nullable Series series(SeriesHistory past) {
    Series known = series.find(past.name(), past.type(), past.tags());
    Series of = known == null ? series.add(past.name(), past.type(), past.tags(), 0) : known;
    if (of != null) {
      of.history = past;
    }
    return of;
  }

  private void take(
      RetentionTier tier,
      long startMillis,
      @Nullable Interval longer,
      String name,
      MetricType type,
      Tags tags,
      byte[] packed) {
    Aggregator aggregator = aggregators.find(type);
    if (aggregator == null) {
      return; // of another instance's host
    }
    Aggregate aggregate = aggregator.unpack(packed);
    SeriesHistory past = history.series(name, type, tags);
    history.add(past, tier, startMillis, packed, 0);
    newest.put(past, new Window(startMillis, aggregate));
    if (longer != null && startMillis >= end(longer)) {
      append(longer, startMillis, past, aggregate);
    }
  }

  /** Lets a longer window that was open have it. */
  private void append(Interval longer, long startMillis, SeriesHistory past, Aggregate aggregate) {
    Windows of = windows.get(longer, 0);
    if (!ends.containsKey(longer)) {
      ends.put(longer, longer.windowOf(startMillis));
      of.startAt(startMillis);
    }
    Series to = series(past);
    if (to != null) {
      of.append(to, startMillis, aggregate);
    }
  }

  /** Says where the publications begin, and which of them are in no window yet. */
  private void begin(Publication first) {
    if (first.offset() > 1) {
      history.begin(RetentionTier.RAW, first.logMillis(), first.offset() - 1);
    }
    if (!ends.containsKey(Interval.ONE_MINUTE)) {
      Windows minutes = windows.get(Interval.ONE_MINUTE, 0);
      minutes.startAt(first.logMillis() - LogTime.GRACE_MILLIS);
      ends.put(Interval.ONE_MINUTE, minutes.openStart());
    }
    windows.foldFrom(end(Interval.ONE_MINUTE));
  }

  private long end(Interval interval) {
    return Objects.requireNonNullElse(ends.get(interval), Long.MIN_VALUE);
  }

  /** What is made of windows of this length; null if nothing is. */
  private static @Nullable Interval longer(Interval interval) {
    for (Interval candidate : Interval.values()) {
      if (WindowCascade.finer(candidate) == interval) {
        return candidate;
      }
    }
    return null;
  }
}
