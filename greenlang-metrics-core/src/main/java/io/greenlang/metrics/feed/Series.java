package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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

  double newestValue;
  long newestTimeMillis;

  /** The offset of the publication that held the newest value. */
  long newestOffset;

  /** When that came, in monotonic nanoseconds. */
  long updatedNanos;

  Series(long id, Metric first) {
    this.id = id;
    this.channel = first.channel();
    this.name = first.name();
    this.type = first.type();
    this.tags = first.tags();
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

  EncodedSeries encodedBy(FrameEncoder encoder) {
    return encoded.computeIfAbsent(encoder.encoding(), e -> encoder.prepare(this));
  }
}
