package io.greenlang.metrics.prometheus.internal.protobuf;

/**
 * A native histogram of a target at one scrape. Immutable.
 *
 * @param schema the scale of the buckets, from {@value #MIN_SCHEMA} to {@value #MAX_SCHEMA}, or
 *     less if there were too many buckets
 * @param zeroThreshold the largest magnitude that counts as zero
 * @param zeros the number of observations up to that magnitude
 * @param negative the buckets of negative observations
 * @param positive the buckets of positive observations
 * @param sum the sum of all observations; NaN if it is not known
 */
public record NativeHistogram(
    int schema,
    double zeroThreshold,
    long zeros,
    NativeBuckets negative,
    NativeBuckets positive,
    double sum) {

  /** The smallest schema of Prometheus. */
  static final int MIN_SCHEMA = -4;

  /** The largest schema of Prometheus. */
  static final int MAX_SCHEMA = 8;

  /** Returns the number of buckets of both signs. */
  public int size() {
    return negative.size() + positive.size();
  }

  /** Returns the number of observations in all buckets. */
  long total() {
    return negative.total() + zeros + positive.total();
  }
}
