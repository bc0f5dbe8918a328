package io.greenlang.metrics.internal.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The buckets of sketches over which explicit buckets are spread, with and without the cache. */
class ExplicitBucketsTest {

  private static final long SEED = Long.getLong("buckets.seed", new Random().nextLong());

  private record Placed(int sign, int index, long count) {}

  private static List<Placed> placed(ExplicitBuckets buckets, double min, double max) {
    List<Placed> placed = new ArrayList<>();
    buckets.place(min, max, (sign, index, count) -> placed.add(new Placed(sign, index, count)));
    return placed;
  }

  /** Places the observations without the cache. */
  private static List<Placed> expected(double[] bounds, long[] counts, double min, double max) {
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        double low = i == 0 ? min : Math.max(min, Math.min(max, bounds[i - 1]));
        double high = i == bounds.length ? max : Math.max(min, Math.min(max, bounds[i]));
        EvenSpread.place(
            low,
            high,
            counts[i],
            (sign, index, count) -> placed.add(new Placed(sign, index, count)));
      }
    }
    return placed;
  }

  private static double[] bounds(Random random, int size) {
    double[] bounds = new double[size];
    Arrays.setAll(bounds, i -> 100 * random.nextGaussian());
    return Arrays.stream(bounds).sorted().distinct().toArray();
  }

  private static long[] counts(Random random, int size) {
    long[] counts = new long[size];
    Arrays.setAll(counts, i -> random.nextInt(4) * (long) random.nextInt(40));
    return counts;
  }

  @Test
  void place_moreListsThanTheCacheHolds_equalsDirectPlacement() {
    Random random = new Random(SEED);
    double[][] lists = new double[100][];
    Arrays.setAll(lists, i -> bounds(random, 1 + random.nextInt(40)));
    for (int round = 0; round < 5_000; round++) {
      double[] bounds = lists[random.nextInt(random.nextBoolean() ? 8 : lists.length)];
      long[] counts = counts(random, bounds.length + 1);
      double min = random.nextBoolean() ? -1_000 : 50 * random.nextGaussian();
      double max = random.nextBoolean() ? 1_000 : min + 100 * random.nextDouble();
      assertThat(placed(new ExplicitBuckets(bounds, counts), min, max))
          .as("seed %d, round %d", SEED, round)
          .isEqualTo(expected(bounds, counts, min, max));
    }
  }

  @Test
  void place_bucketsOutsideTheRange_areAtItsEnds() {
    ExplicitBuckets buckets =
        new ExplicitBuckets(new double[] {10, 20, 30}, new long[] {1, 2, 3, 4});
    assertThat(placed(buckets, 20, 20))
        .containsExactly(
            new Placed(1, BucketMapping.index(20), 1),
            new Placed(1, BucketMapping.index(20), 2),
            new Placed(1, BucketMapping.index(20), 3),
            new Placed(1, BucketMapping.index(20), 4));
  }

  @Test
  void estimateSum_evenSpread_isCountTimesMiddle() {
    ExplicitBuckets buckets = new ExplicitBuckets(new double[] {10, 20}, new long[] {2, 7, 1});
    assertThat(buckets.estimateSum(0, 40)).isEqualTo(2 * 5 + 7 * 15 + 30);
    double huge = Double.MAX_VALUE;
    assertThat(
            new ExplicitBuckets(new double[] {-huge, huge}, new long[] {0, 5, 9})
                .estimateSum(-huge, huge))
        .isEqualTo(huge);
  }
}
