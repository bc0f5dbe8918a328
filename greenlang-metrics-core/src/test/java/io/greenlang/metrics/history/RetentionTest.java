package io.greenlang.metrics.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Retention settings and the environment variables that change them. */
class RetentionTest {

  private static Map<RetentionTier, Duration> read(Map<String, String> variables) {
    return RetentionVariables.read(variables::get);
  }

  @Test
  void read_nothingSet_isDefault() {
    assertThat(read(Map.of("METRIC_RAW_RETENTION_HOURS", " ")))
        .isEqualTo(
            Map.of(
                RetentionTier.RAW, Duration.ofHours(1),
                RetentionTier.SHORT, Duration.ofHours(24),
                RetentionTier.MEDIUM, Duration.ofDays(7),
                RetentionTier.LONG, Duration.ofDays(30),
                RetentionTier.ARCHIVE, Duration.ofDays(365)));
  }

  @Test
  void read_valuesSet_areParsedInTheirUnit() {
    Map<RetentionTier, Duration> times =
        read(Map.of("METRIC_RAW_RETENTION_HOURS", "2", "METRIC_LONG_RETENTION_DAYS", "0"));

    assertThat(times.get(RetentionTier.RAW)).isEqualTo(Duration.ofHours(2));
    assertThat(times.get(RetentionTier.LONG)).isZero();
  }

  /** Uses a variable that every process has. */
  @Test
  void ofProcess_blankProperty_usesEnvironment() {
    System.setProperty("PATH", " ");
    try {
      assertThat(RetentionVariables.lookUp("PATH")).isEqualTo(System.getenv("PATH"));
    } finally {
      System.clearProperty("PATH");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "x", "87601", "99999999999", "1h"})
  void read_invalidValue_isRejectedWithReason(String value) {
    assertThatThrownBy(() -> read(Map.of("METRIC_RAW_RETENTION_HOURS", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "METRIC_RAW_RETENTION_HOURS is \""
                + value
                + "\"; it must be a whole number of hours from 0 to 87600");
  }

  @ParameterizedTest
  @EnumSource
  void configurationDoc_everyTier_isDocumented(RetentionTier tier) throws Exception {
    long defaultValue = tier.defaultRetention().dividedBy(tier.unit().getDuration());

    assertThat(Files.readString(Path.of("../docs/reference/configuration.md")))
        .containsPattern(
            "\\| `" + tier.variable() + "` \\|.*\\| " + defaultValue + " \\| 0 to \\d+ \\|");
  }

  @Test
  void retention_negativeLimit_isRejected() {
    assertThatThrownBy(
            () -> Retention.defaults().withDuration(RetentionTier.RAW, Duration.ofHours(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RAW");
    assertThatThrownBy(() -> Retention.defaults().bytesPerChannel(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThat(Retention.NONE.isEnabled()).isFalse();
    assertThat(Retention.defaults().isEnabled()).isTrue();
  }
}
