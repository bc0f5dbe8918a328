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
 * A channel's metrics of one name, type and set of tags: its newest value, who wants it, and what
 * its messages have in common. Under the channel's lock.
 */
public final class Series {

  /** Grows with each new series of a channel, so that a walk over them can pause and go on. */
  final long id;

  private final Channel channel;
  private final String name;
  private final MetricType type;
  private final Tags tags;

  /** The feeds that match: found once per series and feed, not once per metric. */
  final List<Feed> feeds = new ArrayList<>(2);

  private final Map<Encoding, EncodedSeries> encoded = new EnumMap<>(Encoding.class);

  /** The series' open windows, by the slot of the interval; null where nobody looks. */
  final @Nullable WindowedSeries[] windowed = new @Nullable WindowedSeries[Windows.SLOTS];

  /** Its past; null if none is kept, and in tables of windows. */
  @Nullable SeriesHistory history;

  double newestValue;

  /** What the newest value stands for, if it is of a window. */
  @Nullable Aggregate newestAggregate;

  long newestTimeMillis;

  /** The number of the block that held the newest value. */
  long newestNumber;

  /** When that came, in monotonic nanoseconds. */
  long updatedNanos;

  Series(long id, Channel channel, String name, MetricType type, Tags tags) {
    this.id = id;
    this.channel = channel;
    this.name = name;
    this.type = type;
    this.tags = tags;
  }

  /** The channel that it belongs to. */
  public Channel channel() {
    return channel;
  }

  /** The metrics' name. */
  public String name() {
    return name;
  }

  /** The metrics' type. */
  public MetricType type() {
    return type;
  }

  /** The metrics' tags. */
  public Tags tags() {
    return tags;
  }

  void note(double value, @Nullable Aggregate aggregate, long timeMillis, long number) {
    newestValue = value;
    newestAggregate = aggregate;
    newestTimeMillis = timeMillis;
    newestNumber = number;
  }

  /** Whether something of it is in a window that is open. */
  boolean isInWindows() {
    for (WindowedSeries each : windowed) {
      if (each != null && each.isTouched()) {
        return true;
      }
    }
    return false;
  }

  /** Gives up what is in open windows. */
  void leaveWindows() {
    for (WindowedSeries each : windowed) {
      if (each != null) {
        each.leave();
      }
    }
  }

  /** Goes on where the same series was when it made room. */
  void resume(Series earlier) {
    history = earlier.history;
    for (int slot = 0; slot < windowed.length; slot++) {
      WindowedSeries each = earlier.windowed[slot];
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
