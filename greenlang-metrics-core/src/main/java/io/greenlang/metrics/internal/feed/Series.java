package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.frame.SeriesTemplate;
import io.greenlang.metrics.internal.history.SeriesHistory;
import io.greenlang.metrics.internal.window.IntervalWindows;
import io.greenlang.metrics.internal.window.SeriesWindow;
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
  public final long id;

  private final Channel channel;
  private final String name;
  private final MetricType type;
  private final Tags tags;

  /** The matching feeds: determined once per series and feed, not once per metric. */
  final List<Feed> feeds = new ArrayList<>(2);

  private final Map<Encoding, SeriesTemplate> encoded = new EnumMap<>(Encoding.class);

  /**
   * The open windows of the series, indexed by interval slot; null for intervals without readers.
   */
  final @Nullable public SeriesWindow[] openWindows =
      new @Nullable SeriesWindow[IntervalWindows.SLOTS];

  /** The history of the series; null if none is retained, and in tables of windows. */
  @Nullable public SeriesHistory history;

  /** The latest value. */
  public double latestValue;

  /** The aggregate behind the latest value, if the value is the result of a window. */
  @Nullable public Aggregate latestAggregate;

  /** The timestamp of the latest value, in epoch milliseconds. */
  public long latestTimeMillis;

  /** The id of the publication that contained the latest value. */
  public long latestPublicationId;

  /** The time at which the latest value arrived, in monotonic nanoseconds. */
  long updatedNanos;

  public Series(long id, Channel channel, String name, MetricType type, Tags tags) {
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

  void recordLatest(
      double value, @Nullable Aggregate aggregate, long timeMillis, long publicationId) {
    latestValue = value;
    latestAggregate = aggregate;
    latestTimeMillis = timeMillis;
    latestPublicationId = publicationId;
  }

  /** Returns whether the series is part of an open window. */
  boolean hasOpenWindows() {
    for (SeriesWindow each : openWindows) {
      if (each != null && each.isTouched()) {
        return true;
      }
    }
    return false;
  }

  /** Discards the series' part of open windows. */
  void discardOpenWindows() {
    for (SeriesWindow each : openWindows) {
      if (each != null) {
        each.discard();
      }
    }
  }

  /** Continues the windows and history of the same series from before its eviction. */
  void resume(Series dormant) {
    history = dormant.history;
    for (int slot = 0; slot < openWindows.length; slot++) {
      SeriesWindow each = dormant.openWindows[slot];
      openWindows[slot] = each;
      if (each != null) {
        each.series = this;
      }
    }
  }

  public SeriesTemplate template(FrameEncoder encoder) {
    return encoded.computeIfAbsent(encoder.encoding(), e -> encoder.prepare(this));
  }
}
