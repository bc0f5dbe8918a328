package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on messages that carry distributions, by the formulas of the protocol and without the
 * sketch of the engine.
 */
final class DistributionMessages {

  private DistributionMessages() {}

  /** Asserts that a message has the statistics and buckets of the sorted observations. */
  static void requireMatches(Map<String, Object> message, double[] sorted) {
    assertThat(message)
        .containsOnlyKeys(
            "channel",
            "name",
            "type",
            "value",
            "timestamp",
            "count",
            "min",
            "max",
            "sum",
            "p50",
            "p95",
            "p99",
            "p90",
            "p99.9",
            "buckets",
            "tags");
    assertThat(number(message.get("count"))).isEqualTo(sorted.length);
    assertThat(number(message.get("min"))).isEqualTo(sorted[0]);
    assertThat(number(message.get("max"))).isEqualTo(sorted[sorted.length - 1]);
    double sum = Arrays.stream(sorted).sum();
    assertThat(number(message.get("sum"))).isCloseTo(sum, within(1e-6));
    assertThat(number(message.get("value"))).isCloseTo(sum / sorted.length, within(1e-6));
    double[] bucketed = fromBuckets(message.get("buckets"));
    assertThat(bucketed).hasSameSizeAs(sorted);
    for (double percent : new double[] {50, 90, 95, 99, 99.9}) {
      int rank = (int) Math.ceil(percent / 100 * sorted.length) - 1;
      String name = "p" + BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString();
      double tolerance = 0.010001 * Math.abs(sorted[rank]);
      assertThat(number(message.get(name))).as(name).isCloseTo(sorted[rank], within(tolerance));
      assertThat(bucketed[rank]).as(name).isCloseTo(sorted[rank], within(tolerance));
    }
  }

  /** Returns one observation for each count of the buckets, by the formulas of the protocol. */
  private static double[] fromBuckets(@Nullable Object field) {
    Map<?, ?> buckets = (Map<?, ?>) Objects.requireNonNull(field);
    List<Double> values = new ArrayList<>();
    for (int sign : new int[] {-1, 1}) {
      List<?> runs = (List<?>) buckets.get(sign < 0 ? "negative" : "positive");
      for (Object run : runs == null ? List.of() : runs) {
        List<?> numbers = (List<?>) run;
        for (int i = 1; i < numbers.size(); i++) {
          double index = number(numbers.get(0)) + i - 1;
          double value = sign * 1.01 * Math.pow(1.01 / 0.99, index);
          values.addAll(Collections.nCopies((int) number(numbers.get(i)), value));
        }
      }
    }
    if (buckets.get("zero") != null) {
      values.addAll(Collections.nCopies((int) number(buckets.get("zero")), 0.0));
    }
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static double number(@Nullable Object value) {
    assertThat(value).isInstanceOf(Number.class);
    return ((Number) Objects.requireNonNull(value)).doubleValue();
  }
}
