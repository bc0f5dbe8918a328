package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.Histograms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The buckets of a histogram in the form of the field {@code buckets}: the number of zeros, and
 * runs of adjacent buckets for each sign. A run is the index of its first bucket, followed by the
 * counts. A histogram has few runs, so most buckets take the bytes of their count.
 *
 * @param zero the number of zeros
 * @param negative the runs of the negative observations, by ascending index
 * @param positive the runs of the positive observations, by ascending index
 */
record HistogramBuckets(long zero, List<List<Long>> negative, List<List<Long>> positive) {

  /** Returns the buckets of a histogram. */
  static HistogramBuckets of(Aggregate histogram) {
    long[] zero = {0};
    Runs negative = new Runs();
    Runs positive = new Runs();
    Histograms.forEachBucket(
        histogram,
        (sign, index, count) -> {
          if (sign == 0) {
            zero[0] = count;
          } else {
            (sign < 0 ? negative : positive).add(index, count);
          }
        });
    return new HistogramBuckets(zero[0], negative.ascending(), positive.ascending());
  }

  /** The runs of one sign, added with ascending or descending indexes. */
  private static final class Runs {
    private final List<long[]> buckets = new ArrayList<>();

    void add(int index, long count) {
      buckets.add(new long[] {index, count});
    }

    List<List<Long>> ascending() {
      if (buckets.size() > 1 && buckets.get(0)[0] > buckets.get(1)[0]) {
        Collections.reverse(buckets);
      }
      List<List<Long>> runs = new ArrayList<>();
      List<Long> run = new ArrayList<>();
      long next = Long.MIN_VALUE;
      for (long[] bucket : buckets) {
        if (bucket[0] != next) {
          run = new ArrayList<>(Arrays.asList(bucket[0]));
          runs.add(run);
        }
        run.add(bucket[1]);
        next = bucket[0] + 1;
      }
      return runs;
    }
  }

  /** Returns the members that are not empty. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    if (zero > 0) {
      map.put("zero", zero);
    }
    if (!negative.isEmpty()) {
      map.put("negative", negative);
    }
    if (!positive.isEmpty()) {
      map.put("positive", positive);
    }
    return map;
  }
}
