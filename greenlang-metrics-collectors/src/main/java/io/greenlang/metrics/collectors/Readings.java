package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.util.ArrayList;
import java.util.List;

/**
 * What one collection has read of the system so far. OSHI says "unknown" with a negative number or
 * NaN; such a reading is left out, because a missing value is better than a false one. One thread.
 */
final class Readings {

  private final Tags tags;
  private final List<Metric> metrics = new ArrayList<>();

  Readings(Tags tags) {
    this.tags = tags;
  }

  void gauge(String name, double value) {
    if (isKnown(value)) {
      metrics.add(Metric.gauge(Channel.SYSTEM, name, value, tags));
    }
  }

  /** A level in bytes; as a double it is exact up to 9 petabytes. */
  void bytes(String name, long value) {
    gauge(name, (double) value);
  }

  /** A running total; as a double it is exact up to 9 quadrillion. */
  void counter(String name, long total) {
    if (total >= 0) {
      metrics.add(Metric.counter(Channel.SYSTEM, name, (double) total, tags));
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
