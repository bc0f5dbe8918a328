package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import java.util.List;

/**
 * A sample as it was published, and the observations behind it.
 *
 * @param metric the sample
 * @param observations the observations of a distribution; otherwise the value
 * @param offset the offset of its publication
 * @param arrivalMillis the time at which it arrived
 */
record PublishedSample(Metric metric, List<Double> observations, long offset, long arrivalMillis) {

  /** The time that a sample may take to arrive, by the protocol. */
  static final long GRACE_MILLIS = 200;

  /** Returns its timestamp, or its arrival if that is earlier. */
  long orderMillis() {
    return Math.min(arrivalMillis, metric.timestampMillis());
  }

  /**
   * Returns the time at which it counts: its timestamp, clamped to the 200 ms before its arrival.
   */
  long foldMillis() {
    return Math.max(arrivalMillis - GRACE_MILLIS, orderMillis());
  }

  boolean hasDistribution() {
    return metric.detail() instanceof Distribution;
  }

  String type() {
    return metric.type().name();
  }
}
