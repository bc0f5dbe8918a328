package io.greenlang.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {

  @ParameterizedTest
  @CsvSource({
    "1s, 12:34:56",
    "5s, 12:34:55",
    "1m, 12:34:00",
    "5m, 12:30:00",
    "1h, 12:00:00",
  })
  void windowOf_anyInterval_isAlignedToClock(String label, String start) {
    Interval interval = Objects.requireNonNull(Interval.ofLabel(label));
    long time = Instant.parse("2026-11-22T12:34:56.789Z").toEpochMilli();
    assertThat(Instant.ofEpochMilli(interval.windowStart(time)))
        .isEqualTo("2026-11-22T" + start + "Z");
    assertThat(interval.label()).isEqualTo(label);
  }

  @Test
  void windowOf_negativeTime_roundsDown() {
    assertThat(Interval.FIVE_SECONDS.windowStart(-1)).isEqualTo(-5000);
  }

  @Test
  void of_unknownLabel_isNull() {
    assertThat(Interval.ofLabel("2s")).isNull();
  }
}
