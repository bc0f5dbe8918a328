package io.greenlang.metrics.collectors.internal.support;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Builder of the metrics of one collection. Operating systems report unknown values as a negative
 * number or NaN; such samples are dropped, because a missing value is better than a false one.
 * Confined to one thread.
 */
public final class SampleCollector {

  private final Channel channel;
  private final CachedTags parts;
  private final Tags tags;
  private final List<Metric> metrics;

  /** Creates an empty collector whose samples carry the tags of the whole. */
  public SampleCollector(Channel channel, CachedTags parts) {
    this(channel, parts, parts.baseTags(), new ArrayList<>());
  }

  private SampleCollector(Channel channel, CachedTags parts, Tags tags, List<Metric> metrics) {
    this.channel = channel;
    this.parts = parts;
    this.tags = tags;
    this.metrics = metrics;
  }

  /**
   * Returns a collector for one part of the whole, such as {@code mount=/home}. Its samples carry
   * that tag in addition.
   */
  public SampleCollector withTag(String dimension, String part) {
    return withTag(dimension, part, Tags.empty());
  }

  /** Returns a collector for one part of the whole, with additional tags. */
  public SampleCollector withTag(String dimension, String part, Tags additionalTags) {
    return new SampleCollector(
        channel, parts, parts.forPart(dimension, part, additionalTags), metrics);
  }

  /** Adds a gauge. */
  public void gauge(String name, double value) {
    if (isKnown(value)) {
      metrics.add(Metric.gauge(channel, name, value, tags));
    }
  }

  /** Adds a gauge; as a double, it is exact up to 9 quadrillion. */
  public void gauge(String name, long value) {
    gauge(name, (double) value);
  }

  /** Adds a counter; as a double, it is exact up to 9 quadrillion. */
  public void counter(String name, long total) {
    counter(name, (double) total);
  }

  /** Adds a counter. */
  public void counter(String name, double total) {
    if (isKnown(total)) {
      metrics.add(Metric.counter(channel, name, total, tags));
    }
  }

  /**
   * Adds a counter whose start is known.
   *
   * @param total not negative
   * @param start a time at which the counter was zero
   */
  public void counter(String name, long total, Instant start) {
    metrics.add(Metric.counter(channel, name, (double) total, tags).startedAt(start));
  }

  /** Adds the distribution of an interval. */
  public void distribution(String name, Distribution distribution) {
    metrics.add(Metric.distribution(channel, name, distribution, tags));
  }

  /** Adds one observation of a distribution. */
  public void histogram(String name, double observation) {
    if (isKnown(observation)) {
      metrics.add(Metric.histogram(channel, name, observation, tags));
    }
  }

  /** Adds {@code part} as a percentage of {@code whole}; omitted if the whole is not positive. */
  public void percent(String name, long part, long whole) {
    if (whole > 0) {
      gauge(name, Math.min(100, 100.0 * part / whole));
    }
  }

  /** Returns the metrics of this collector and of all those for its parts. */
  public List<Metric> metrics() {
    return metrics;
  }

  private static boolean isKnown(double value) {
    return Double.isFinite(value) && value >= 0;
  }
}
