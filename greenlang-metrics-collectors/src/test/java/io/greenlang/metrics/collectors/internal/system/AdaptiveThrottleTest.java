package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.collectors.ManualSleeper;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdaptiveThrottleTest {

  private final ManualSleeper time = new ManualSleeper();
  private final AdaptiveThrottle throttle = new AdaptiveThrottle(time);
  private int runs;

  private void tick(Duration cost) {
    long startNanos = time.monotonicNanos();
    throttle.run(
        () -> {
          runs++;
          time.advance(cost);
        });
    time.advance(Duration.ofSeconds(1).minusNanos(time.monotonicNanos() - startNanos));
  }

  @Test
  void run_cheapTask_runsAtEveryTick() {
    for (int i = 0; i < 10; i++) {
      tick(AdaptiveThrottle.CHEAP_LIMIT);
    }
    assertThat(runs).isEqualTo(10);
  }

  @Test
  void run_costlyThreeTimes_throttlesToOnePercent() {
    for (int i = 0; i < 2 + 170; i++) {
      tick(Duration.ofMillis(160));
    }
    assertThat(runs).isEqualTo(2 + 10);
  }

  @Test
  void run_occasionallyCostly_runsAtEveryTick() {
    for (int i = 0; i < 9; i++) {
      tick(i % 3 == 2 ? Duration.ofMillis(1) : Duration.ofMillis(160));
    }
    assertThat(runs).isEqualTo(9);
  }

  @Test
  void run_cheapAgain_resumesEveryTick() {
    for (int i = 0; i < 3; i++) {
      tick(Duration.ofMillis(160));
    }
    time.advance(Duration.ofSeconds(16));
    for (int i = 0; i < 5; i++) {
      tick(Duration.ofMillis(1));
    }
    assertThat(runs).isEqualTo(3 + 5);
  }
}
