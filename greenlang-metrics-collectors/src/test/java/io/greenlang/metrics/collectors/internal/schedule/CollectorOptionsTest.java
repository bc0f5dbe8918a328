package io.greenlang.metrics.collectors.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.OptionValues;
import io.greenlang.metrics.internal.config.SharedOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorOptionsTest {

  private static final String NAME = "METRIC_COLLECTION_INTERVAL";

  private static Duration interval(Map<String, String> properties, Map<String, String> variables) {
    return CollectorOptions.INTERVAL.resolve(null, Environment.of(properties, variables));
  }

  @Test
  void interval_nothingSet_isOneSecond() {
    assertThat(interval(Map.of(), Map.of())).isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @CsvSource({"5,PT5S", "0.1,PT0.1S", "0.25,PT0.25S", "' 2 ',PT2S", "86400,PT24H"})
  void interval_variable_isSeconds(String value, Duration expected) {
    assertThat(interval(Map.of(), Map.of(NAME, value))).isEqualTo(expected);
  }

  @Test
  void interval_propertyAndVariable_propertyWins() {
    assertThat(interval(Map.of(NAME, "3"), Map.of(NAME, "x"))).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void interval_blank_isIgnored() {
    assertThat(interval(Map.of(NAME, ""), Map.of(NAME, " "))).isEqualTo(Duration.ofSeconds(1));
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
  void interval_invalidVariable_messageNamesVariableValueAndRange(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interval(Map.of(), Map.of(NAME, value)))
        .withMessage(
            "METRIC_COLLECTION_INTERVAL="
                + value
                + " must be a number of seconds from 0.1 to 86400, such as 1 or 0.5");
  }

  @Test
  void interval_invalidProperty_messageNamesProperty() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interval(Map.of(NAME, "x"), Map.of()))
        .withMessageStartingWith("METRIC_COLLECTION_INTERVAL=x must be");
  }

  @Test
  void sourceInterval_bounds_areInclusive() {
    for (Duration bound : List.of(Duration.ofMillis(100), Duration.ofDays(1))) {
      assertThat(CollectorOptions.sourceInterval("pool", bound)).isEqualTo(bound);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CollectorOptions.sourceInterval("pool", Duration.ofMillis(99)))
        .withMessage(
            "interval=PT0.099S of source \"pool\" must be a number of seconds from 0.1 to 86400,"
                + " such as 1 or 0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CollectorOptions.sourceInterval("pool", Duration.ofSeconds(Long.MAX_VALUE)));
  }

  @Test
  void interval_setByApplicationOutOfRange_messageNamesMethodAndVariable() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CollectorOptions.INTERVAL.resolve(Duration.ofMillis(1), Environment.of(Map.of())))
        .withMessageStartingWith("interval=PT0.001S (METRIC_COLLECTION_INTERVAL) must be");
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis://set", " redis://set "})
  void redisUrl_setByApplication_takesPrecedence(String configured) {
    Environment environment = Environment.of(Map.of("REDIS_URL", "redis://variable"));
    assertThat(CollectorOptions.redisUrl(values(configured), environment)).isEqualTo(configured);
  }

  @Test
  void redisUrl_notSetByApplication_isVariable() {
    Environment environment = Environment.of(Map.of("REDIS_URL", " redis://variable "));
    assertThat(CollectorOptions.redisUrl(new OptionValues(), environment))
        .isEqualTo("redis://variable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void redisUrl_blank_isRejected(String configured) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CollectorOptions.redisUrl(values(configured), Environment.of(Map.of())))
        .withMessageStartingWith("redisUrl (REDIS_URL) must be a redis://");
  }

  private static OptionValues values(String redisUrl) {
    OptionValues values = new OptionValues();
    values.set(SharedOptions.REDIS_URL, redisUrl);
    return values;
  }

  @Test
  void redisUrl_setNowhere_messageNamesSettings() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CollectorOptions.redisUrl(new OptionValues(), Environment.of(Map.of())))
        .withMessageContaining("set redisUrl or REDIS_URL");
  }
}
