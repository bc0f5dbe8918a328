package io.greenlang.metrics.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CoreTimeTest {

  private static final String STAT =
      """
      cpu  11 22 33 44 55 66 77 88 0 0
      cpu0 1 2 3 400 500 6 7 800 0 0
      cpu10 1 1 1 1 1 1 1 1 0 0
      """;

  @Test
  void busyNanos_ofOneProcessor_leavesOutIdleWaitingAndStolenTime() {
    assertThat(CoreTime.busyNanos(STAT, 0)).isEqualTo((1 + 2 + 3 + 6 + 7) * 1e7);
  }

  @Test
  void busyNanos_ofAbsentProcessor_namesIt() {
    assertThatThrownBy(() -> CoreTime.busyNanos(STAT, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no processor 1");
  }
}
