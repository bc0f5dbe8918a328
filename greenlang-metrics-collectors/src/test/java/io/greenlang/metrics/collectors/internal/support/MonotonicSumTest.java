package io.greenlang.metrics.collectors.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
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

  @Test
  void total_countDipsByFew_isNoRestart() {
    totals.update("jobs", 1_000_000);
    totals.update("jobs", 999_995);
    assertThat(totals.total()).isEqualTo(1_000_000);
    totals.update("jobs", 1_000_003);
    assertThat(totals.total()).isEqualTo(1_000_003);
  }

  @Test
  void total_dipLasts_isRestartWhoseGrowthCounts() {
    totals.update("jobs", 1_000);
    for (int i = 0; i < MonotonicSum.MAX_DIPS; i++) {
      totals.update("jobs", 600 + i);
    }
    assertThat(totals.total()).isEqualTo(1_000 + MonotonicSum.MAX_DIPS - 1);
    totals.update("jobs", 700);
    assertThat(totals.total()).isEqualTo(1_100);
  }

  @Test
  void startAt_deviceCountedBefore_addsOnlyItsGrowth() {
    totals.startAt("eth0", 5_000);
    totals.update("eth0", 5_001);
    assertThat(totals.total()).isEqualTo(1);
    assertThat(totals.isKnown("eth0")).isTrue();
    assertThat(totals.isKnown("eth1")).isFalse();
  }

  @Test
  void retain_deviceReturns_countsFromZero() {
    totals.update("sda", 1_000);
    totals.update("sdb", 50);
    totals.retain(Set.of("sda"));
    totals.update("sdb", 40);
    totals.update("sda", 1_001);
    assertThat(totals.total()).isEqualTo(1_091);
  }

  @Test
  void update_moreDevicesThanRemembered_isBounded() {
    for (int i = 0; i < MonotonicSum.MAX_DEVICES + 100; i++) {
      totals.update("tun" + i, 1);
    }
    assertThat(totals.total()).isEqualTo(MonotonicSum.MAX_DEVICES + 100);
    assertThat(totals.isKnown("tun0")).isFalse();
    assertThat(totals.isKnown("tun" + (MonotonicSum.MAX_DEVICES + 99))).isTrue();
  }
}
