package io.greenlang.metrics.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.internal.config.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Retention settings and the environment variables that change them. */
class RetentionTest {

  private static Map<RetentionTier, Duration> read(Map<String, String> variables) {
    return Retention.resolve(Environment.of(variables)).durations();
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

  @Test
  void fromEnvironment_property_isRead() {
    System.setProperty("METRIC_RAW_RETENTION_HOURS", "3");
    try {
      assertThat(Retention.fromEnvironment().duration(RetentionTier.RAW))
          .isEqualTo(Duration.ofHours(3));
      assertThat(Retention.defaults().duration(RetentionTier.RAW)).isEqualTo(Duration.ofHours(1));
    } finally {
      System.clearProperty("METRIC_RAW_RETENTION_HOURS");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "x", "87601", "99999999999", "1h"})
  void read_invalidValue_isRejectedWithReason(String value) {
    assertThatThrownBy(() -> read(Map.of("METRIC_RAW_RETENTION_HOURS", value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "METRIC_RAW_RETENTION_HOURS="
                + value
                + " must be a whole number of hours from 0 to 87600");
  }

  @ParameterizedTest
  @EnumSource
  void configurationDoc_everyTier_isDocumented(RetentionTier tier) throws Exception {
    String unit = tier.unit().toString().toLowerCase(Locale.ROOT);
    long defaultValue = tier.defaultRetention().dividedBy(tier.unit().getDuration());
    Matcher row =
        Pattern.compile("\\| `" + tier.variable() + "` \\|.*\\| (\\d+) \\| (\\d+ to \\d+) \\|")
            .matcher(Files.readString(Path.of("../docs/reference/configuration.md")));

    assertThat(row.find()).isTrue();
    assertThat(row.group(1)).isEqualTo(String.valueOf(defaultValue));
    assertThat("a whole number of " + unit + " from " + row.group(2))
        .isEqualTo(tier.retention().allowed());
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
