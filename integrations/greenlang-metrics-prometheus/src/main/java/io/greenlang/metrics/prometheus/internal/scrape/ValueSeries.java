package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import org.jspecify.annotations.Nullable;

/** A gauge or a counter. */
final class ValueSeries extends ScrapedSeries {

  final MetricType type;
  private final @Nullable CreatedTime created;
  double value;

  /**
   * Creates a series.
   *
   * @param created the time at which a counter was zero; null for a gauge
   */
  ValueSeries(
      Channel channel, Id id, Family family, MetricType type, @Nullable CreatedTime created) {
    super(channel, id, family);
    this.type = type;
    this.created = created;
  }

  /**
   * Returns the value. NaN is not a value: a target uses it for the quantiles of no observations.
   */
  @Override
  @Nullable Metric sample() throws BadLineException {
    if (created != null) {
      created.touchedIn = touchedIn;
    }
    if (Double.isNaN(value)) {
      return null;
    }
    if (Double.isInfinite(value)) {
      throw new BadLineException("is infinite");
    }
    return new Metric(
        channel, id.name(), type, value, null, id.tags(), created == null ? null : created.start());
  }
}
