package io.greenlang.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricDescriptionTest {

  private static MetricDescription of(@Nullable String unit, @Nullable String description) {
    return MetricDescription.of("a.metrics", "x", unit, description);
  }

  @ParameterizedTest
  @ValueSource(strings = {"By", "s", "ms", "1", "%", "{thread}", "By/s", "MHz", "m[H2O]"})
  void unit_ofUcum_isAccepted(String unit) {
    assertThat(of(unit, null).unit()).isEqualTo(unit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes per second", "\u00b5s", "s\n", "\t", "\u00b0C"})
  void unit_notPrintableAscii_isRejected(String unit) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(unit, null))
        .withMessageContaining("unit");
  }

  @Test
  void lengths_atTheLimit_areAccepted() {
    assertThat(of("u".repeat(63), "d".repeat(1_023))).isNotNull();
    assertThatIllegalArgumentException().isThrownBy(() -> of("u".repeat(64), null));
    assertThatIllegalArgumentException().isThrownBy(() -> of(null, "d".repeat(1_024)));
  }

  @Test
  void constructor_neitherUnitNorText_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(null, null))
        .withMessage("the description of a.metrics x needs a unit or a text");
    assertThatIllegalArgumentException().isThrownBy(() -> of("", null));
    assertThatIllegalArgumentException().isThrownBy(() -> of(null, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nlines", "\u0000", "\ud800"})
  void description_notText_isRejected(String description) {
    assertThatIllegalArgumentException().isThrownBy(() -> of(null, description));
  }

  private static @Nullable MetricDescription imported(
      @Nullable String unit, @Nullable String text) {
    return MetricDescription.imported(new Channel("a.metrics"), "x", unit, text);
  }

  @Test
  void imported_possibleParts_areKept() {
    assertThat(imported("By", "Bytes read")).isEqualTo(of("By", "Bytes read"));
    assertThat(imported(null, "Bytes read")).isEqualTo(of(null, "Bytes read"));
    assertThat(imported("By", null)).isEqualTo(of("By", null));
  }

  @Test
  void imported_impossibleParts_areFittedOrLeftOut() {
    assertThat(imported("bytes per s", " two\nlines\t\u0085\ud800 "))
        .isEqualTo(of(null, "two lines"));
    assertThat(imported("u".repeat(64), "x".repeat(1_022) + "\ud83d\udc1f"))
        .isEqualTo(of(null, "x".repeat(1_022)));
    assertThat(imported("s", "y".repeat(100_000))).isEqualTo(of("s", "y".repeat(1_023)));
    assertThat(imported("", " \n")).isNull();
    assertThat(imported(null, null)).isNull();
    assertThat(MetricDescription.imported(new Channel("a.metrics"), "a..b", "s", null)).isNull();
  }
}
