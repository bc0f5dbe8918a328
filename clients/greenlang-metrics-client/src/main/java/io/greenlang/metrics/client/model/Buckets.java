package io.greenlang.metrics.client.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The buckets of a histogram. Buckets of several metrics are merged by adding their counts.
 * Immutable.
 *
 * <p>Bucket <i>i</i> holds the magnitudes from {@link #lowerBound}<i>(i)</i>, inclusive, to {@code
 * lowerBound}<i>(i + 1)</i>.
 *
 * @param zero the number of zeros
 * @param positive the counts of positive observations by bucket; empty buckets can be absent
 * @param negative the counts of negative observations by the bucket of their magnitude
 */
public record Buckets(
    long zero, SortedMap<Integer, Long> positive, SortedMap<Integer, Long> negative) {

  private static final double GAMMA = 1.01 / 0.99;
  private static final double ACCURACY = 0.01;

  /** Copies the counts. */
  public Buckets {
    positive = Collections.unmodifiableSortedMap(new TreeMap<>(positive));
    negative = Collections.unmodifiableSortedMap(new TreeMap<>(negative));
  }

  /** Returns the smallest magnitude of a bucket: 1.01 / 0.99 to the power of its index. */
  public static double lowerBound(int index) {
    return Math.pow(GAMMA, index);
  }

  /** Returns the magnitude that represents a bucket, within 1 % of every magnitude in it. */
  public static double representative(int index) {
    return (1 + ACCURACY) * lowerBound(index);
  }
}
