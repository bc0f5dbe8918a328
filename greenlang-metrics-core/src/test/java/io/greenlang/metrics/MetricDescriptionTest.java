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
}
