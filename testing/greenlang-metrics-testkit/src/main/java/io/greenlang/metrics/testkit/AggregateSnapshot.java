package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.aggregate.Aggregate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A snapshot of every value that an aggregate reports, for comparison in tests. */
record AggregateSnapshot(
    long count, double min, double max, double value, Map<String, Double> details) {

  private static final long WINDOW_MILLIS = 5_000;

  /** The relative tolerance: sums in a different order differ in their last digits. */
  private static final double TOLERANCE = 1e-9;

  static AggregateSnapshot of(Aggregate aggregate) {
    Map<String, Double> details = new LinkedHashMap<>();
    if (aggregate.count() > 0) {
      aggregate.forEachField(
          WINDOW_MILLIS,
          (name, number) ->
              assertThat(details.put(name, number)).as("%s is reported twice", name).isNull());
    }
    return new AggregateSnapshot(
        aggregate.count(), aggregate.min(), aggregate.max(), aggregate.value(), details);
  }

  List<String> names() {
    return List.copyOf(details.keySet());
  }

  void requireCloseTo(AggregateSnapshot other) {
    assertThat(count).isEqualTo(other.count);
    assertThat(min).isEqualTo(other.min);
    assertThat(max).isEqualTo(other.max);
    requireClose("value", value, other.value);
    assertThat(details.keySet()).isEqualTo(other.details.keySet());
    details.forEach(
        (name, number) -> requireClose(name, number, other.details.getOrDefault(name, 0.0)));
  }

  private static void requireClose(String name, double actual, double expected) {
    if (Double.isNaN(expected)) {
      assertThat(actual).as(name).isNaN();
    } else {
      assertThat(actual)
          .as(name)
          .isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
    }
  }

  void requireValid(boolean valueIsWithinSamples) {
    assertThat(count).isPositive();
    assertThat(min).isFinite();
    assertThat(max).isFinite().isGreaterThanOrEqualTo(min);
    assertThat(value).isFinite();
    if (valueIsWithinSamples) {
      assertThat(value).isBetween(min, max);
    }
    assertThat(details).hasSizeLessThanOrEqualTo(Aggregate.Details.MAX);
    details.forEach(
        (name, number) -> {
          assertThat(name)
              .matches("[A-Za-z0-9_.-]{1,64}")
              .isNotIn(Aggregate.Details.RESERVED_NAMES);
          assertThat(number).as(name).isFinite();
        });
  }
}
