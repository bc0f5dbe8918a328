package io.greenlang.metrics.internal.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Exponential buckets whose place in the sketches is remembered. */
class RecentExponentsTest {

  private static final long SEED = 17;
  private static final int SLOTS = 8192;

  private record Placed(int sign, int index, long count) {}

  /** Returns the placements of one observation in each of some adjacent buckets, of both signs. */
  private static List<Placed> placed(int scale, int offset, int buckets) {
    long[] counts = new long[buckets];
    Arrays.fill(counts, 1);
    List<Placed> placed = new ArrayList<>();
    new ExponentialBuckets(scale, 0, offset, counts, offset, counts)
        .place(0, 0, (sign, index, count) -> placed.add(new Placed(sign, index, count)));
    return placed;
  }

  /** Returns the same from the values of the buckets: the harmonic means of their bounds. */
  private static List<Placed> expected(int scale, int offset, int buckets) {
    double width = Math.scalb(1.0, -scale);
    double shift = 1 - Math.log1p(Math.pow(2, -width)) / Math.log(2);
    List<Placed> expected = new ArrayList<>();
    for (int i = buckets - 1; i >= 0; i--) {
      double power = Math.pow(2, ((long) offset + i) * width + shift);
      expected.add(placed(-Math.min(Double.MAX_VALUE, power)));
    }
    for (int i = 0; i < buckets; i++) {
      double power = Math.pow(2, ((long) offset + i) * width + shift);
      expected.add(placed(Math.min(Double.MAX_VALUE, power)));
    }
    return expected;
  }

  private static Placed placed(double value) {
    int sign = BucketMapping.sign(value);
    return new Placed(sign, BucketMapping.index(sign, value), 1);
  }

  @Test
  void place_repeatedAndReplacedBuckets_equalsThatOfTheirValues() {
    Random random = new Random(SEED);
    for (int round = 0; round < 3; round++) {
      for (int scale = ExponentialBuckets.MIN_SCALE;
          scale <= ExponentialBuckets.MAX_SCALE;
          scale++) {
        int offset = random.nextInt(-2_000, 2_000);
        for (int each : new int[] {offset, offset, offset + SLOTS, offset - 5, offset}) {
          assertThat(placed(scale, each, 40))
              .as("scale %d, offset %d", scale, each)
              .isEqualTo(expected(scale, each, 40));
        }
      }
    }
  }

  @Test
  void place_extremeIndexes_areLimitedToTheMapping() {
    for (int scale : new int[] {-10, 0, 4, 20}) {
      for (int offset : new int[] {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE - 1}) {
        assertThat(placed(scale, offset, 3)).isEqualTo(expected(scale, offset, 3));
        assertThat(placed(scale, offset, 3)).isEqualTo(expected(scale, offset, 3));
      }
    }
  }
}
