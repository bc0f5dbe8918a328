package io.greenlang.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The conversion of buckets with other bounds, against the observations themselves. */
class HistogramBucketsTest {

  private static final double[] QUANTILES = {0, 0.01, 0.5, 0.9, 0.99, 0.999, 1};
  private static final double[] BOUNDS = {0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500};
  private static final long[] NONE = {};

  /** Allows for the rounding of a value at the bound of a bucket. */
  private static final double ROUNDING = 1e-9;

  private static double[] sorted(Random random, int size, boolean signed) {
    double[] numbers = new double[size];
    Arrays.setAll(
        numbers,
        i -> Math.exp(3 + 1.5 * random.nextGaussian()) * (signed ? random.nextInt(3) - 1 : 1));
    Arrays.sort(numbers);
    return numbers;
  }

  /** Returns the exact nearest-rank quantile. */
  private static double exact(double[] sorted, double fraction) {
    return sorted[(int) Math.max(0, Math.ceil(fraction * sorted.length) - 1)];
  }

  /** Counts as OpenTelemetry's data model defines, with one logarithm per number. */
  private static HistogramBuckets exponential(double[] numbers, int scale) {
    long[] positive = new long[2_000 << Math.max(0, scale)];
    long[] negative = positive.clone();
    long zeros = 0;
    for (double number : numbers) {
      double log = Math.log(Math.abs(number)) / Math.log(2) * Math.scalb(1.0, scale);
      int index = (int) Math.ceil(log) - 1 + positive.length / 2;
      if (number == 0) {
        zeros++;
      } else if (number > 0) {
        positive[index]++;
      } else {
        negative[index]++;
      }
    }
    int first = firstInUse(positive, negative);
    long[] above = trimmed(positive, first);
    long[] below = trimmed(negative, first);
    int offset = first - positive.length / 2;
    return HistogramBuckets.exponential(scale, zeros, offset, above, offset, below);
  }

  private static int firstInUse(long[] positive, long[] negative) {
    int first = 0;
    while (first < positive.length && positive[first] == 0 && negative[first] == 0) {
      first++;
    }
    return first;
  }

  private static long[] trimmed(long[] counts, int from) {
    int to = counts.length;
    while (to > from && counts[to - 1] == 0) {
      to--;
    }
    return Arrays.copyOfRange(counts, from, to);
  }

  private static HistogramBuckets explicit(double[] numbers) {
    long[] counts = new long[BOUNDS.length + 1];
    for (double number : numbers) {
      int found = Arrays.binarySearch(BOUNDS, number);
      counts[found < 0 ? -found - 1 : found]++;
    }
    return HistogramBuckets.explicit(BOUNDS, counts);
  }

  private static HistogramBuckets known(HistogramBuckets buckets, double[] sorted) {
    return buckets
        .withSum(Arrays.stream(sorted).sum())
        .withRange(sorted[0], sorted[sorted.length - 1]);
  }

  private static void assertStatisticsExact(Distribution distribution, double[] sorted) {
    assertThat(distribution.count()).isEqualTo(sorted.length);
    assertThat(distribution.sum()).isEqualTo(Arrays.stream(sorted).sum());
    assertThat(distribution.min()).isEqualTo(sorted[0]);
    assertThat(distribution.max()).isEqualTo(sorted[sorted.length - 1]);
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "0, 2", "1, 3", "2, 4", "3, 5", "4, 6", "5, 7", "6, 8", "8, 9"})
  void exponential_randomObservations_quantilesAreWithinStatedError(int scale, long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      double[] numbers = sorted(random, 1 + random.nextInt(3_000), round % 2 == 1);
      Distribution distribution = known(exponential(numbers, scale), numbers).toDistribution();
      assertStatisticsExact(distribution, numbers);
      for (double quantile : QUANTILES) {
        double exact = exact(numbers, quantile);
        assertThat(distribution.quantile(quantile))
            .describedAs("scale %d, seed %d, round %d, quantile %s", scale, seed, round, quantile)
            .isCloseTo(
                exact,
                within((HistogramBuckets.relativeError(scale) + ROUNDING) * Math.abs(exact)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void explicit_randomObservations_quantilesAreWithinTheirBucket(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      double[] numbers = sorted(random, 1 + random.nextInt(3_000), round % 2 == 1);
      Distribution distribution = known(explicit(numbers), numbers).toDistribution();
      assertStatisticsExact(distribution, numbers);
      for (double quantile : QUANTILES) {
        double exact = exact(numbers, quantile);
        double above =
            Arrays.stream(BOUNDS).filter(b -> b >= exact).min().orElse(numbers[numbers.length - 1]);
        double below = Arrays.stream(BOUNDS).filter(b -> b < exact).max().orElse(numbers[0]);
        assertThat(distribution.quantile(quantile))
            .describedAs("seed %d, round %d, quantile %s", seed, round, quantile)
            .isBetween(below - 0.0101 * Math.abs(below), above + 0.0101 * Math.abs(above));
      }
    }
  }

  @Test
  void explicit_evenlySpreadObservations_quantilesFollowThem() {
    double[] numbers = new Random(5).doubles(20_000, 0, 1_000).sorted().toArray();
    Distribution distribution = known(explicit(numbers), numbers).toDistribution();
    for (double quantile : new double[] {0.5, 0.9, 0.99, 0.999}) {
      double exact = exact(numbers, quantile);
      assertThat(distribution.quantile(quantile)).isCloseTo(exact, within(0.03 * exact));
    }
  }

  @ParameterizedTest
  @CsvSource({"20, 0.0101", "5, 0.0209", "4, 0.0319", "3, 0.0537", "0, 0.3467"})
  void relativeError_ofScale_isSumOfBothErrors(int scale, double expected) {
    assertThat(HistogramBuckets.relativeError(scale)).isCloseTo(expected, within(1e-4));
  }

  @Test
  void toDistribution_unknownStatistics_areEstimatedFromBuckets() {
    Distribution distribution =
        HistogramBuckets.explicit(new double[] {10, 20, 30}, new long[] {0, 100, 0, 0})
            .toDistribution();
    assertThat(distribution.min()).isEqualTo(10);
    assertThat(distribution.max()).isEqualTo(20);
    assertThat(distribution.sum()).isCloseTo(1_500, within(1e-9));
  }

  @Test
  void toDistribution_bucketsWithoutEnd_areLimitedByMinAndMax() {
    long[] outer = {4, 0, 4};
    HistogramBuckets buckets = HistogramBuckets.explicit(new double[] {10, 20}, outer);
    assertThat(buckets.toDistribution().max()).isEqualTo(20);
    assertThat(buckets.toDistribution().min()).isZero();
    assertThat(buckets.withRange(Double.NaN, 90).toDistribution().quantile(1))
        .isBetween(80.0, 90.0);
    assertThat(buckets.withRange(25, Double.NaN).toDistribution().max()).isEqualTo(25);
    Distribution sumOnly =
        HistogramBuckets.explicit(new double[0], new long[] {4}).withSum(48).toDistribution();
    assertThat(sumOnly.quantile(0.5)).isEqualTo(12);
  }

  @Test
  void toDistribution_extremeMagnitudes_isFinite() {
    Distribution distribution =
        HistogramBuckets.exponential(
                -10, 1, Integer.MAX_VALUE, new long[] {1, 1}, Integer.MIN_VALUE, new long[] {1})
            .toDistribution();
    assertThat(distribution.count()).isEqualTo(4);
    assertThat(distribution.max()).isEqualTo(Double.MAX_VALUE);
    assertThat(distribution.quantile(1)).isFinite();
    assertThat(distribution.sum()).isFinite();
    double huge = Double.MAX_VALUE;
    Distribution wide =
        HistogramBuckets.explicit(new double[] {-huge, huge}, new long[] {1, 8, 1})
            .withSum(Double.POSITIVE_INFINITY)
            .toDistribution();
    assertThat(wide.mean()).isFinite();
    assertThat(wide.quantile(0.5)).isFinite();
  }

  @Test
  void since_randomGrowth_equalsBucketsOfTheInterval() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      double[] first = sorted(random, 1 + random.nextInt(200), true);
      double[] second = sorted(random, 1 + random.nextInt(200), true);
      double[] both =
          Arrays.stream(new double[][] {first, second}).flatMapToDouble(Arrays::stream).toArray();
      HistogramBuckets earlier = exponential(first, 5);
      // The scale decreases as the range of the observations grows.
      HistogramBuckets interval = Objects.requireNonNull(exponential(both, 3).since(earlier));
      assertThat(interval.toDistribution()).isEqualTo(exponential(second, 3).toDistribution());
      HistogramBuckets explicit = Objects.requireNonNull(explicit(both).since(explicit(first)));
      assertThat(explicit.toDistribution()).isEqualTo(explicit(second).toDistribution());
    }
  }

  /** A library moves the smallest buckets into a wider zero bucket to have fewer of them. */
  @ParameterizedTest
  @CsvSource({"3, 3", "5, 3", "3, 0"})
  void since_widerZeroBucket_countsOnlyLaterObservations(int earlierScale, int scale) {
    double[] first = {-9, -0.25, -0.2, 0, 0.1, 0.25, 0.3, 5, 7};
    double[] both = {-9, -8, -0.25, -0.2, 0, 0, 0.1, 0.2, 0.25, 0.3, 5, 5, 7};
    HistogramBuckets earlier = zeroUpTo(first, 0.125, earlierScale);
    HistogramBuckets interval = Objects.requireNonNull(zeroUpTo(both, 0.25, scale).since(earlier));
    double[] later = {-8, 0, 0, 5};
    assertThat(interval.toDistribution()).isEqualTo(exponential(later, scale).toDistribution());
    HistogramBuckets widest = zeroUpTo(both, Double.POSITIVE_INFINITY, scale);
    assertThat(Objects.requireNonNull(widest.since(earlier)).count()).isEqualTo(4);
  }

  /** Returns buckets whose zero bucket holds the numbers up to a magnitude. */
  private static HistogramBuckets zeroUpTo(double[] numbers, double threshold, int scale) {
    double[] counted =
        Arrays.stream(numbers).map(each -> Math.abs(each) <= threshold ? 0 : each).toArray();
    return exponential(counted, scale).withZeroThreshold(threshold);
  }

  @Test
  void since_narrowerZeroBucket_isNull() {
    HistogramBuckets wide = zeroUpTo(new double[] {1, 4}, 0.5, 2);
    HistogramBuckets narrow = zeroUpTo(new double[] {1, 4}, 0.25, 2);
    assertThat(narrow.since(wide)).isNull();
    assertThat(wide.since(narrow)).isNotNull();
  }

  @Test
  void withZeroThreshold_invalid_isRejected() {
    HistogramBuckets buckets = exponential(new double[] {1}, 2);
    for (double invalid : new double[] {-1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> buckets.withZeroThreshold(invalid))
          .withMessage("zero threshold must be at least 0, but is " + invalid);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> explicit(new double[] {1}).withZeroThreshold(1))
        .withMessageContaining("must be exponential");
  }

  @Test
  void since_statistics_areThoseOfTheInterval() {
    HistogramBuckets earlier =
        HistogramBuckets.explicit(new double[] {10}, new long[] {2, 0}).withSum(9).withRange(4, 5);
    HistogramBuckets later =
        HistogramBuckets.explicit(new double[] {10}, new long[] {3, 1})
            .withSum(50)
            .withRange(4, 35);
    HistogramBuckets interval = Objects.requireNonNull(later.since(earlier));
    assertThat(interval.count()).isEqualTo(2);
    Distribution distribution = interval.toDistribution();
    assertThat(distribution.sum()).isEqualTo(41);
    assertThat(distribution.max()).isEqualTo(35);
    assertThat(distribution.min()).isZero();
    HistogramBuckets nothing = Objects.requireNonNull(later.since(later));
    assertThat(nothing.count()).isZero();
  }

  @Test
  void since_restartOrOtherBounds_isNull() {
    HistogramBuckets two = HistogramBuckets.explicit(new double[] {1}, new long[] {2, 2});
    HistogramBuckets one = HistogramBuckets.explicit(new double[] {1}, new long[] {3, 1});
    HistogramBuckets other = HistogramBuckets.explicit(new double[] {2}, new long[] {9, 9});
    HistogramBuckets scaled = HistogramBuckets.exponential(0, 1, 3, new long[] {1, 4}, 0, NONE);
    assertThat(one.since(two)).isNull();
    assertThat(other.since(two)).isNull();
    assertThat(other.since(scaled)).isNull();
    assertThat(scaled.since(other)).isNull();
    assertThat(HistogramBuckets.exponential(0, 0, 3, new long[] {1, 4}, 0, NONE).since(scaled))
        .isNull();
    assertThat(HistogramBuckets.exponential(0, 1, 4, new long[] {4}, 0, NONE).since(scaled))
        .isNull();
    assertThat(HistogramBuckets.exponential(0, 1, 2, new long[] {9}, 0, NONE).since(scaled))
        .isNull();
  }

  @Test
  void explicit_invalidArguments_areRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.explicit(new double[] {1}, new long[] {1}))
        .withMessageContaining("one count more than bounds");
    for (double[] bounds :
        new double[][] {{1, 1}, {2, 1}, {Double.NaN, 1}, {0, Double.POSITIVE_INFINITY}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> HistogramBuckets.explicit(bounds, new long[3]))
          .withMessageContaining("finite and ascending");
    }
    long[] counts = {1L << 52, 1L << 52, 1};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.explicit(new double[] {1, 2}, counts));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.explicit(new double[] {1}, new long[] {1, -1}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.explicit(new double[0], new long[1]).toDistribution())
        .withMessageContaining("publish nothing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.explicit(new double[0], new long[1]).withRange(2, 1));
  }

  @Test
  void exponential_invalidArguments_areRejected() {
    long[] tooMany = new long[HistogramBuckets.MAX_BUCKETS + 1];
    long[] half = {1L << 52};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.exponential(21, 0, 0, NONE, 0, NONE))
        .withMessageContaining("scale");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.exponential(-11, 0, 0, NONE, 0, NONE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.exponential(0, -1, 0, NONE, 0, NONE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.exponential(0, 0, 0, tooMany, 0, NONE))
        .withMessageContaining("at most 16384 buckets");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistogramBuckets.exponential(0, 1, 0, half, 0, half))
        .withMessageContaining("observations");
  }
}
