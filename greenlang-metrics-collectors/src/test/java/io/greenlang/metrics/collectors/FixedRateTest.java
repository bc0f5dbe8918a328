package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FixedRateTest {

  private final FixedRate rate = new FixedRate(1_000, 100);

  @Test
  void advance_inTime_keepsTheGrid() {
    assertThat(rate.advance(1_030)).isZero();
    assertThat(rate.due()).isEqualTo(1_100);
    assertThat(rate.advance(1_199)).isZero();
    assertThat(rate.due()).isEqualTo(1_200);
  }

  @Test
  void advance_exactlyAtTheNextTick_doesNotSkipIt() {
    assertThat(rate.advance(1_100)).isZero();
    assertThat(rate.due()).isEqualTo(1_100);
  }

  @Test
  void advance_late_skipsWhatWasMissedAndStaysOnTheGrid() {
    assertThat(rate.advance(1_350)).isEqualTo(3);
    assertThat(rate.due()).isEqualTo(1_400);
  }

  @Test
  void advance_beforeTheTick_movesOnByOne() {
    assertThat(rate.advance(900)).isZero();
    assertThat(rate.due()).isEqualTo(1_100);
  }

  @Test
  void advance_acrossTheOverflowOfTheClock_keepsTheGrid() {
    long start = new FakeTime().nanoTime();
    FixedRate overflowing = new FixedRate(start, 1_000_000_000L);
    assertThat(overflowing.advance(start + 5)).isZero();
    assertThat(overflowing.due()).isNegative().isEqualTo(start + 1_000_000_000L);
    assertThat(overflowing.advance(start + 3_500_000_000L)).isEqualTo(2);
    assertThat(overflowing.due()).isEqualTo(start + 4_000_000_000L);
  }
}
