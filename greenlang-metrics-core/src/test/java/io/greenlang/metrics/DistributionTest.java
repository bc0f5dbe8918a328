package io.greenlang.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionTest {

  @ParameterizedTest
  @CsvSource({
    "10 1000, 0.5, 10",
    "10 1000, 0.95, 1000",
    "10 1000, 0.99, 1000",
    "1 100, 0.99, 100",
    "1 2 3 4 5 6 7 8 9 10, 0.95, 10",
    "1 2 3 4 5 6 7 8 9 10, 0.5, 5",
    "10 20.5 30, 0.99, 30",
    "1e-8 1e9, 0.5, 1e-8",
    "7, 0, 7",
    "7, 1, 7",
    "-5 -3 0 0 2, 0.2, -5",
    "-5 -3 0 0 2, 0.4, -3",
    "-5 -3 0 0 2, 0.6, 0",
    "-5 -3 0 0 2, 1, 2",
  })
  void quantile_ofFewObservations_isNearestRank(
      String observations, double fraction, double expected) {
    double[] numbers =
        Arrays.stream(observations.split(" ")).mapToDouble(Double::parseDouble).toArray();
    assertThat(Distribution.of(numbers).quantile(fraction))
        .isCloseTo(expected, within(0.01 * Math.abs(expected)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void quantile_ofRandomObservations_isNearestRankWithinOnePercent(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      double[] numbers = new double[1 + random.nextInt(60)];
      Arrays.setAll(numbers, i -> Math.exp(3 * random.nextGaussian()) * (random.nextInt(4) - 1));
      Distribution distribution = Distribution.of(numbers);
      Arrays.sort(numbers);
      double fraction = random.nextDouble();
      double exact = numbers[(int) Math.max(0, Math.ceil(fraction * numbers.length) - 1)];
      assertThat(distribution.quantile(fraction))
          .isCloseTo(exact, within(0.010001 * Math.abs(exact)));
      assertThat(distribution.min()).isEqualTo(numbers[0]);
      assertThat(distribution.max()).isEqualTo(numbers[numbers.length - 1]);
      assertThat(distribution.count()).isEqualTo(numbers.length);
    }
  }

  @Test
  void add_distributions_equalsDistributionOfAllObservations() {
    Random random = new Random(3);
    Distribution.Builder merged = Distribution.builder();
    Distribution.Builder all = Distribution.builder();
    for (int part = 0; part < 10; part++) {
      double[] numbers = random.doubles(1 + random.nextInt(50), -10, 1_000).toArray();
      merged.add(Distribution.of(numbers));
      for (double number : numbers) {
        all.add(number);
      }
    }
    List<String> buckets = new ArrayList<>();
    merged
        .build()
        .forEachBucket((sign, index, count) -> buckets.add(sign + ":" + index + ":" + count));
    List<String> expected = new ArrayList<>();
    all.build()
        .forEachBucket((sign, index, count) -> expected.add(sign + ":" + index + ":" + count));
    assertThat(buckets).isEqualTo(expected);
    assertThat(merged.build().sum()).isCloseTo(all.build().sum(), within(1e-6));
  }

  @Test
  void bounds_ofEveryBucket_containItsObservations() {
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      double number = Math.exp(random.nextDouble() * 1000 - 500);
      Distribution.of(number)
          .forEachBucket(
              (sign, index, count) ->
                  assertThat(number)
                      .isBetween(
                          Distribution.lowerBound(index) * (1 - 1e-9),
                          Distribution.lowerBound(index + 1) * (1 + 1e-9)));
    }
  }

  @Test
  void extremeObservations_haveFiniteStatistics() {
    Distribution extreme =
        Distribution.of(Double.MAX_VALUE, Double.MAX_VALUE, Double.MIN_VALUE, -Double.MAX_VALUE, 0);
    assertThat(extreme.sum()).isFinite();
    assertThat(extreme.mean()).isFinite();
    assertThat(extreme.quantile(0.99)).isFinite();
    assertThat(extreme.max()).isEqualTo(Double.MAX_VALUE);
  }

  @Test
  void of_nothingOrNotFinite_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(Distribution::of)
        .withMessageContaining("at least one observation");
    for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Distribution.of(1, number))
          .withMessageContaining(String.valueOf(number));
    }
  }

  @Test
  void build_contradictions_areRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Distribution.builder().addStatistics(1, 2, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Distribution.builder().addBucket(2, 0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Distribution.builder().addBucket(1, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Distribution.builder().addBucket(1, Integer.MAX_VALUE, 1))
        .withMessageContaining("" + Integer.MAX_VALUE);
    Distribution.Builder withoutStatistics = Distribution.builder();
    withoutStatistics.addBucket(1, 5, 3);
    assertThatIllegalArgumentException().isThrownBy(withoutStatistics::build);
    Distribution.Builder tooMany = Distribution.builder().add(1);
    tooMany.addBucket(1, 5, 1L << 53);
    tooMany.addBucket(1, 6, 1L << 53);
    assertThatIllegalArgumentException()
        .isThrownBy(tooMany::build)
        .withMessageContaining("at most");
  }

  @Test
  void metric_detailOfAnotherType_isRejected() {
    Metric gauge = Metric.gauge("a", "b", 1, Tags.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gauge.startedAt(java.time.Instant.EPOCH))
        .withMessageContaining("counter");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CounterStart(java.time.Instant.MAX))
        .withMessageContaining("9999");
    Metric histogram = Metric.distribution("a", "b", Distribution.of(1, 3), Tags.empty());
    assertThat(histogram.value()).isEqualTo(2);
    assertThat(histogram.type()).isEqualTo(MetricType.HISTOGRAM);
  }
}
