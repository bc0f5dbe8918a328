package io.greenlang.metrics.collectors.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.collectors.ManualSleeper;
import org.junit.jupiter.api.Test;

class FixedRateTest {

  private final FixedRate rate = new FixedRate(1_000, 100);

  @Test
  void advance_onTime_keepsSchedule() {
    assertThat(rate.advance(1_030)).isZero();
    assertThat(rate.due()).isEqualTo(1_100);
    assertThat(rate.advance(1_199)).isZero();
    assertThat(rate.due()).isEqualTo(1_200);
  }

  @Test
  void advance_exactlyAtNextTick_doesNotSkipIt() {
    assertThat(rate.advance(1_100)).isZero();
    assertThat(rate.due()).isEqualTo(1_100);
  }

  @Test
  void advance_missedTicks_skipsThemAndKeepsSchedule() {
    assertThat(rate.advance(1_350)).isEqualTo(3);
    assertThat(rate.due()).isEqualTo(1_400);
  }

  @Test
  void advance_beforeTick_advancesByOneTick() {
    assertThat(rate.advance(900)).isZero();
    assertThat(rate.due()).isEqualTo(1_100);
  }

  @Test
  void advance_clockOverflows_keepsSchedule() {
    long start = new ManualSleeper().monotonicNanos();
    FixedRate overflowing = new FixedRate(start, 1_000_000_000L);
    assertThat(overflowing.advance(start + 5)).isZero();
    assertThat(overflowing.due()).isNegative().isEqualTo(start + 1_000_000_000L);
    assertThat(overflowing.advance(start + 3_500_000_000L)).isEqualTo(2);
    assertThat(overflowing.due()).isEqualTo(start + 4_000_000_000L);
  }
}
