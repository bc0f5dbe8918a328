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
 * @param foldMillis the time at which it counts: its timestamp, clamped to the 200 ms before its
 *     arrival
 */
record PublishedSample(Metric metric, List<Double> observations, long offset, long foldMillis) {

  /** The time that a sample may take to arrive, by the protocol. */
  static final long GRACE_MILLIS = 200;

  static PublishedSample of(
      Metric metric, List<Double> observations, long offset, long arrivalMillis) {
    long earliest = arrivalMillis - GRACE_MILLIS;
    long fold = Math.max(earliest, Math.min(arrivalMillis, metric.timestampMillis()));
    return new PublishedSample(metric, observations, offset, fold);
  }

  boolean hasDistribution() {
    return metric.detail() instanceof Distribution;
  }

  String type() {
    return metric.type().name();
  }
}
