package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CpuLoadTest {

  private final CpuLoad load = new CpuLoad();

  /** In OSHI's order: user, nice, system, idle, iowait, irq, softirq, steal. */
  private static long[] ticks(long user, long idle, long iowait, long steal) {
    return new long[] {user, 0, 0, idle, iowait, 0, 0, steal};
  }

  private OptionalDouble percentSincePrevious(long[] ticks) {
    return load.sincePrevious(ticks).percent();
  }

  @Test
  void percentSince_firstSample_isUnknown() {
    assertThat(percentSincePrevious(ticks(500, 500, 0, 0))).isEmpty();
  }

  @Test
  void percentSince_secondSample_isShareSinceFirst() {
    percentSincePrevious(ticks(1_000, 1_000, 0, 0));
    assertThat(percentSincePrevious(ticks(1_025, 1_060, 10, 5))).hasValue(30);
  }

  @Test
  void percentSince_noTimePassed_isUnknownAndKeepsStart() {
    percentSincePrevious(ticks(100, 100, 0, 0));
    assertThat(percentSincePrevious(ticks(100, 100, 0, 0))).isEmpty();
    assertThat(percentSincePrevious(ticks(150, 150, 0, 0))).hasValue(50);
  }

  @Test
  void percentSince_unreadableOnce_doesNotAverageSinceBoot() {
    percentSincePrevious(ticks(1_000, 1_000, 0, 0));
    assertThat(percentSincePrevious(ticks(0, 0, 0, 0))).isEmpty();
    assertThat(percentSincePrevious(ticks(1_100, 1_000, 0, 0))).isEmpty();
    assertThat(percentSincePrevious(ticks(1_175, 1_025, 0, 0))).hasValue(75);
  }

  @Test
  void percentSince_iowaitDecreased_staysWithinBounds() {
    percentSincePrevious(ticks(1_000, 1_000, 50, 0));
    assertThat(percentSincePrevious(ticks(1_100, 1_000, 40, 0))).hasValue(100);
  }

  @Test
  void percentSince_iowaitDecreased_isNotLessIdleTime() {
    percentSincePrevious(ticks(1_000, 1_000, 50, 0));
    assertThat(percentSincePrevious(ticks(1_005, 1_005, 47, 0))).hasValue(50);
  }

  @Test
  void percentSince_countsFromNewStart_isUnknownOnce() {
    percentSincePrevious(ticks(1_000, 500_000, 0, 0));
    assertThat(percentSincePrevious(ticks(1_005, 10, 0, 0))).isEmpty();
    assertThat(percentSincePrevious(ticks(1_055, 60, 0, 0))).hasValue(50);
  }
}
