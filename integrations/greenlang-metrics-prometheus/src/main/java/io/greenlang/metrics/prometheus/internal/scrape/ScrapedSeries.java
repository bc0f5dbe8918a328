package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import org.jspecify.annotations.Nullable;

/** A published series and its state between scrapes. Confined to the collecting thread. */
abstract class ScrapedSeries {

  /** The identity of a series on its channel. */
  record Id(String name, Tags tags) {}

  final Channel channel;
  final Id id;
  final Family family;

  /** The scrape that had a sample of this series last. */
  long touchedIn;

  /**
   * Creates a series.
   *
   * @throws IllegalArgumentException if the name exceeds a limit of {@link Metric}
   */
  ScrapedSeries(Channel channel, Id id, Family family) {
    this.channel = channel;
    this.id = id;
    this.family = family;
    requirePublishable(channel, id);
  }

  private static void requirePublishable(Channel channel, Id id) {
    Metric probe = new Metric(channel, id.name(), MetricType.GAUGE, 0, null, id.tags());
    if (!probe.name().equals(id.name())) {
      throw new IllegalArgumentException("the name changed");
    }
  }

  /** Called before the first sample of a scrape. */
  void begin() {}

  /**
   * Returns the sample of the last scrape; null if it has no value.
   *
   * @throws BadLineException if no metric can represent it
   */
  abstract @Nullable Metric sample() throws BadLineException;
}
