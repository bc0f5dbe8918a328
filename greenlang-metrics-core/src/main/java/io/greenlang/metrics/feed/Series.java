package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.SeriesHistory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a channel that share name, type and tags: the series' latest value, the feeds that
 * match it, and the constant part of its messages. Used under the channel lock.
 */
public final class Series {

  /** Increases with each new series of a channel, so that an iteration can pause and resume. */
  final long id;

  private final Channel channel;
  private final String name;
  private final MetricType type;
  private final Tags tags;

  /** The matching feeds: determined once per series and feed, not once per metric. */
  final List<Feed> feeds = new ArrayList<>(2);

  private final Map<Encoding, EncodedSeries> encoded = new EnumMap<>(Encoding.class);

  /**
   * The open windows of the series, indexed by interval slot; null for intervals without readers.
   */
  final @Nullable WindowedSeries[] windowed = new @Nullable WindowedSeries[Windows.SLOTS];

  /** The history of the series; null if none is retained, and in tables of windows. */
  @Nullable SeriesHistory history;

  /** The latest value. */
  double newestValue;

  /** The aggregate behind the latest value, if the value is the result of a window. */
  @Nullable Aggregate newestAggregate;

  /** The timestamp of the latest value, in epoch milliseconds. */
  long newestTimeMillis;

  /** The id of the publication that contained the latest value. */
  long newestNumber;

  /** The time at which the latest value arrived, in monotonic nanoseconds. */
  long updatedNanos;

  Series(long id, Channel channel, String name, MetricType type, Tags tags) {
    this.id = id;
    this.channel = channel;
    this.name = name;
    this.type = type;
    this.tags = tags;
  }

  /** Returns the channel of the series. */
  public Channel channel() {
    return channel;
  }

  /** Returns the name of the metrics. */
  public String name() {
    return name;
  }

  /** Returns the type of the metrics. */
  public MetricType type() {
    return type;
  }

  /** Returns the tags of the metrics. */
  public Tags tags() {
    return tags;
  }

  void note(double value, @Nullable Aggregate aggregate, long timeMillis, long publicationId) {
    newestValue = value;
    newestAggregate = aggregate;
    newestTimeMillis = timeMillis;
    newestNumber = publicationId;
  }

  /** Returns whether the series is part of an open window. */
  boolean isInWindows() {
    for (WindowedSeries each : windowed) {
      if (each != null && each.isTouched()) {
        return true;
      }
    }
    return false;
  }

  /** Discards the series' part of open windows. */
  void leaveWindows() {
    for (WindowedSeries each : windowed) {
      if (each != null) {
        each.leave();
      }
    }
  }

  /** Continues the windows and history of the same series from before its eviction. */
  void resume(Series dormant) {
    history = dormant.history;
    for (int slot = 0; slot < windowed.length; slot++) {
      WindowedSeries each = dormant.windowed[slot];
      windowed[slot] = each;
      if (each != null) {
        each.series = this;
      }
    }
  }

  EncodedSeries encodedBy(FrameEncoder encoder) {
    return encoded.computeIfAbsent(encoder.encoding(), e -> encoder.prepare(this));
  }
}
