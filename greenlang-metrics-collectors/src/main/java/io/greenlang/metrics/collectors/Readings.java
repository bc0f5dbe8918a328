package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.util.ArrayList;
import java.util.List;

/**
 * What one collection has read so far. Systems say "unknown" with a negative number or NaN; such a
 * reading is left out, because a missing value is better than a false one. One thread.
 */
final class Readings {

  private final Channel channel;
  private final PartTags parts;
  private final Tags tags;
  private final List<Metric> metrics;

  /** No readings yet, with the tags of the whole. */
  Readings(Channel channel, PartTags parts) {
    this(channel, parts, parts.whole(), new ArrayList<>());
  }

  private Readings(Channel channel, PartTags parts, Tags tags, List<Metric> metrics) {
    this.channel = channel;
    this.parts = parts;
    this.tags = tags;
    this.metrics = metrics;
  }

  /** For readings of one part of the whole, such as {@code mount=/home}; they get that tag too. */
  Readings of(String dimension, String part) {
    return of(dimension, part, Tags.empty());
  }

  /** For readings of one part that has further tags. */
  Readings of(String dimension, String part, Tags further) {
    return new Readings(channel, parts, parts.of(dimension, part, further), metrics);
  }

  void gauge(String name, double value) {
    if (isKnown(value)) {
      metrics.add(Metric.gauge(channel, name, value, tags));
    }
  }

  /** A level; as a double it is exact up to 9 quadrillion. */
  void gauge(String name, long value) {
    gauge(name, (double) value);
  }

  /** A running total; as a double it is exact up to 9 quadrillion. */
  void counter(String name, long total) {
    counter(name, (double) total);
  }

  void counter(String name, double total) {
    if (isKnown(total)) {
      metrics.add(Metric.counter(channel, name, total, tags));
    }
  }

  /** One observation of a distribution. */
  void histogram(String name, double observation) {
    if (isKnown(observation)) {
      metrics.add(Metric.histogram(channel, name, observation, tags));
    }
  }

  /** {@code part} of {@code whole} in percent; left out when the whole is nothing. */
  void percent(String name, long part, long whole) {
    if (whole > 0) {
      gauge(name, Math.min(100, 100.0 * part / whole));
    }
  }

  List<Metric> metrics() {
    return metrics;
  }

  private static boolean isKnown(double value) {
    return Double.isFinite(value) && value >= 0;
  }
}
