package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuLoadTest {

  private final CpuLoad load = new CpuLoad();

  /** In OSHI's order: user, nice, system, idle, iowait, irq, softirq, steal. */
  private static long[] ticks(long user, long idle, long iowait, long steal) {
    return new long[] {user, 0, 0, idle, iowait, 0, 0, steal};
  }

  @Test
  void percentSince_firstSample_isUnknown() {
    assertThat(load.percentSincePrevious(ticks(500, 500, 0, 0))).isEmpty();
  }

  @Test
  void percentSince_secondSample_isShareSinceFirst() {
    load.percentSincePrevious(ticks(1_000, 1_000, 0, 0));
    assertThat(load.percentSincePrevious(ticks(1_025, 1_060, 10, 5))).hasValue(30);
  }

  @Test
  void percentSince_noTimePassed_isUnknownAndKeepsStart() {
    load.percentSincePrevious(ticks(100, 100, 0, 0));
    assertThat(load.percentSincePrevious(ticks(100, 100, 0, 0))).isEmpty();
    assertThat(load.percentSincePrevious(ticks(150, 150, 0, 0))).hasValue(50);
  }

  @Test
  void percentSince_unreadableOnce_doesNotAverageSinceBoot() {
    load.percentSincePrevious(ticks(1_000, 1_000, 0, 0));
    assertThat(load.percentSincePrevious(ticks(0, 0, 0, 0))).isEmpty();
    assertThat(load.percentSincePrevious(ticks(1_100, 1_000, 0, 0))).isEmpty();
    assertThat(load.percentSincePrevious(ticks(1_175, 1_025, 0, 0))).hasValue(75);
  }

  @Test
  void percentSince_iowaitDecreased_staysWithinBounds() {
    load.percentSincePrevious(ticks(1_000, 1_000, 50, 0));
    assertThat(load.percentSincePrevious(ticks(1_100, 1_000, 40, 0))).hasValue(100);
  }
}
