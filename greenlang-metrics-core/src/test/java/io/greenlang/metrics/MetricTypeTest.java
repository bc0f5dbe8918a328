package io.greenlang.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTypeTest {

  @Test
  void new_sameName_isEqual() {
    assertThat(new MetricType("gauge")).isEqualTo(MetricType.GAUGE);
    assertThat(new MetricType("p2_quantile")).hasToString("p2_quantile");
    assertThat(new MetricType("a".repeat(MetricType.MAX_LENGTH)).name()).hasSize(32);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Gauge", "1st", "_a", "a-b", "a.b", "a b", "a\"b", "a\r\nb", "\u00e9"})
  void new_invalidName_isRejectedWithReason(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MetricType(name))
        .withMessageContaining("metric type")
        .withMessageNotContaining("\n");
    assertThatIllegalArgumentException().isThrownBy(() -> new MetricType("a".repeat(33)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "ping", "welcome", "history", "metrics", "subscribed", "lagged"})
  void new_typeOfServerMessage_isRejectedWithReason(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MetricType(name))
        .withMessageContaining("\"" + name + "\" is reserved");
  }
}
