package io.greenlang.metrics.benchmarks.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReconnectStatsTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void peak_noTimes_isZero() {
    assertThat(ReconnectStats.peak(new long[0])).isZero();
  }

  @Test
  void peak_periodStartsAnywhere_countsWithinOneSecond() {
    long[] times = {0, SECOND * 7 / 10, SECOND * 8 / 10, SECOND, SECOND * 17 / 10 - 1, 3 * SECOND};
    assertThat(ReconnectStats.peak(times)).as("from 0.7 s on").isEqualTo(4);
  }

  @Test
  void peak_oneSecondApart_areNotInSamePeriod() {
    assertThat(ReconnectStats.peak(new long[] {0, SECOND, 2 * SECOND})).isEqualTo(1);
  }

  @Test
  void secondsUntilResumed_share_isTimeOfLastClientInShare() {
    ReconnectStats reconnects = new ReconnectStats(4);
    for (int i = 1; i <= 4; i++) {
      assertThat(reconnects.isComplete()).isFalse();
      reconnects.recordResumed(i * SECOND, i != 3);
    }
    assertThat(reconnects.isComplete()).isTrue();
    assertThat(reconnects.recovered).isEqualTo(3);
    assertThat(reconnects.secondsUntilResumed(0.5, 0)).isEqualTo(2);
    assertThat(reconnects.secondsUntilResumed(1, SECOND)).isEqualTo(3);
  }
}
