package io.greenlang.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTest {

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void gauge_valueNotFinite_isRejectedWithName(double value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.gauge("a.metrics", "depth", value, Tags.empty()))
        .withMessage("value of a.metrics depth must be a finite number, but was " + value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".a",
        "a.",
        "a..b",
        "a\nb",
        "a\u0000",
        "\ud800",
        "\udc00x",
        "__proto__",
        "a.__proto__.b"
      })
  void gauge_invalidName_isRejected(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.gauge("a.metrics", name, 1, Tags.empty()))
        .withMessageContaining("metric name");
  }

  @Test
  void gauge_controlCharactersInName_areEscapedInMessage() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.gauge("a.metrics", "x\r\nERROR", 1, Tags.empty()))
        .withMessage(
            "metric name \"x\\u000d\\u000aERROR\" must not contain a control character, but has one"
                + " at index 1");
  }

  @Test
  void gauge_nameOfMaxLength_isAccepted() {
    assertThat(Metric.gauge("a.metrics", "n".repeat(128), 1, Tags.empty()).name()).hasSize(128);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.gauge("a.metrics", "n".repeat(129), 1, Tags.empty()))
        .withMessageContaining("has 129 characters, but at most 128 are allowed");
  }

  @Test
  void at_timestamp_changesNothingElse() {
    Instant time = Instant.parse("2026-11-22T12:00:00Z");
    Metric metric = Metric.counter("a.metrics", "n", 1, Tags.of("k", "v"));
    assertThat(metric.timestamp()).isNull();
    assertThat(metric.withTimestamp(time))
        .isEqualTo(
            new Metric(
                new Channel("a.metrics"), "n", MetricType.COUNTER, 1, time, Tags.of("k", "v")));
  }

  @Test
  void at_yearWithMoreThanFourDigits_isRejected() {
    Metric metric = Metric.gauge("a.metrics", "n", 1, Tags.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> metric.withTimestamp(Instant.MAX))
        .withMessageContaining("years 0 to 9999");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", ".a", "-a", "*", "a*", "ä", "a/b", "a\r\nb", "{a}"})
  void channel_invalidName_isRejected(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Channel(name))
        .withMessageContaining("channel");
  }

  @Test
  void tags_differentOrder_areEqual() {
    Tags tags = Tags.of("b", "2", "a", "1");
    assertThat(tags).isEqualTo(Tags.of(Map.of("a", "1", "b", "2")));
    assertThat(tags).hasSameHashCodeAs(Tags.of("a", "1").with("b", "2"));
    assertThat(tags).hasToString("{a=1, b=2}");
    assertThat(tags.get("b")).isEqualTo("2");
    assertThat(tags.get("c")).isNull();
    assertThat(tags).isNotEqualTo(Tags.of("a", "1"));
  }

  /** Clients in JavaScript reject any frame with this key; other names of the language are fine. */
  @Test
  void tags_keyIsPrototype_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tags.of("__proto__", "x"))
        .withMessage("tag key \"__proto__\" is not a possible key in JavaScript; use another one");
    assertThat(Tags.of("constructor", "1", "prototype", "2", "x__proto__", "__proto__").size())
        .isEqualTo(3);
    assertThat(Metric.gauge("a.metrics", "__proto__x.constructor", 1, Tags.empty()).name())
        .isEqualTo("__proto__x.constructor");
  }

  @Test
  void tags_invalid_areRejectedWithReason() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tags.of("a"))
        .withMessageContaining("a value for each key");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tags.of("a", "1", "a", "2"))
        .withMessage("tag \"a\" must be given only once");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tags.of("a", "v".repeat(257)))
        .withMessageContaining("at most 256");
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 17; i++) {
      many.put("k" + i, "v");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tags.of(many))
        .withMessage("got 17 tags, but at most 16 are allowed");
  }
}
