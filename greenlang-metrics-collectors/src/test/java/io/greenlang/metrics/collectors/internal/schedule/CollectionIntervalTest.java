package io.greenlang.metrics.collectors.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.greenlang.metrics.collectors.internal.support.CollectorEnvironment;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollectionIntervalTest {

  private static final String NAME = "METRIC_COLLECTION_INTERVAL";

  private static CollectorEnvironment settings(
      Map<String, String> properties, Map<String, String> variables) {
    return new CollectorEnvironment(properties::get, variables::get);
  }

  @Test
  void from_nothingSet_isOneSecond() {
    assertThat(CollectionInterval.from(settings(Map.of(), Map.of())))
        .isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @CsvSource({"5,PT5S", "0.1,PT0.1S", "0.25,PT0.25S", "' 2 ',PT2S", "86400,PT24H"})
  void from_variable_isSeconds(String value, Duration expected) {
    assertThat(CollectionInterval.from(settings(Map.of(), Map.of(NAME, value))))
        .isEqualTo(expected);
  }

  @Test
  void from_propertyAndVariable_propertyWins() {
    assertThat(CollectionInterval.from(settings(Map.of(NAME, "3"), Map.of(NAME, "x"))))
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void from_blank_isIgnored() {
    assertThat(CollectionInterval.from(settings(Map.of(NAME, ""), Map.of(NAME, " "))))
        .isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "0",
        "0.09",
        "-1",
        "1s",
        "1e3",
        "1,5",
        "86400.1",
        "NaN",
        "1.",
        "99999999999999999999"
      })
  void from_invalidVariable_messageNamesVariableValueAndRange(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CollectionInterval.from(settings(Map.of(), Map.of(NAME, value))))
        .withMessage(
            "environment variable METRIC_COLLECTION_INTERVAL is \""
                + value
                + "\"; it must be a number of seconds from 0.1 to 86400, such as 1 or 0.5");
  }

  @Test
  void from_invalidProperty_messageNamesProperty() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CollectionInterval.from(settings(Map.of(NAME, "x"), Map.of())))
        .withMessageStartingWith("system property METRIC_COLLECTION_INTERVAL is \"x\"");
  }

  @Test
  void require_bounds_areInclusive() {
    assertThatNoException().isThrownBy(() -> CollectionInterval.validate(Duration.ofMillis(100)));
    assertThatNoException().isThrownBy(() -> CollectionInterval.validate(Duration.ofDays(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CollectionInterval.validate(Duration.ofMillis(99)))
        .withMessage("interval is PT0.099S; it must be between PT0.1S and PT24H");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CollectionInterval.validate(Duration.ofSeconds(Long.MAX_VALUE)));
  }
}
