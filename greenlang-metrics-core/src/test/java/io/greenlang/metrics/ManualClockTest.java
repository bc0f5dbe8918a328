package io.greenlang.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {

  private static final Instant START = Instant.ofEpochMilli(1_000_000);

  private final ManualClock clock = new ManualClock(START);

  @Test
  void advance_bothTimesMove() {
    long before = clock.monotonicNanos();

    clock.advance(Duration.ofMillis(1500));

    assertThat(clock.wallTimeMillis()).isEqualTo(1_001_500);
    assertThat(clock.monotonicNanos() - before).isEqualTo(1_500_000_000L);
  }

  @Test
  void advance_fractionsOfAMillisecond_addUp() {
    for (int i = 0; i < 4; i++) {
      clock.advance(Duration.ofNanos(250_000));
    }

    assertThat(clock.wallTimeMillis()).isEqualTo(1_000_001);
  }

  @Test
  void advance_negative_isRejected() {
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stepWallTime_back_keepsMonotonicTime() {
    long before = clock.monotonicNanos();

    clock.stepWallTime(Duration.ofHours(-1));

    assertThat(clock.wallTimeMillis()).isEqualTo(1_000_000 - 3_600_000);
    assertThat(clock.monotonicNanos()).isEqualTo(before);
  }

  @Test
  void monotonicNanos_originNearTheMaximum_overflows() {
    ManualClock overflowing = new ManualClock(START, Long.MAX_VALUE);

    overflowing.advance(Duration.ofNanos(1));

    assertThat(overflowing.monotonicNanos() - Long.MAX_VALUE).isEqualTo(1);
  }
}
