package io.greenlang.metrics.collectors.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MonotonicSumTest {

  private final MonotonicSum totals = new MonotonicSum();

  @Test
  void total_firstUpdates_isTheirSum() {
    totals.update("eth0", 100);
    totals.update("eth1", 20);
    assertThat(totals.total()).isEqualTo(120);
  }

  @Test
  void total_deviceVanishes_keepsItsCount() {
    totals.update("eth0", 100);
    totals.update("eth1", 20);
    totals.update("eth0", 110);
    assertThat(totals.total()).isEqualTo(130);
    totals.update("eth1", 25);
    assertThat(totals.total()).isEqualTo(135);
  }

  @Test
  void total_deviceRestarts_addsNewCounts() {
    totals.update("eth0", 100);
    totals.update("eth0", 30);
    totals.update("eth0", 40);
    assertThat(totals.total()).isEqualTo(140);
  }

  @Test
  void total_randomUpdates_neverDecreases() {
    Random random = new Random(42);
    long previous = 0;
    for (int i = 0; i < 10_000; i++) {
      totals.update("eth" + random.nextInt(4), random.nextInt(1_000));
      assertThat(totals.total()).isGreaterThanOrEqualTo(previous);
      previous = totals.total();
    }
  }
}
