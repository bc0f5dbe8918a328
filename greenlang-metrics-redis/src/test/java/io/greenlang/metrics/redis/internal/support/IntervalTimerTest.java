package io.greenlang.metrics.redis.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IntervalTimerTest {

  private final IntervalTimer timer = new IntervalTimer();

  private long millisUntilNext() throws InterruptedException {
    long before = System.nanoTime();
    assertThat(timer.awaitNext()).isTrue();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
  }

  @Test
  void awaitNext_wokenUp_waitsForMinimumOnly() throws InterruptedException {
    timer.wakeUp();
    assertThat(millisUntilNext()).isBetween(100L, 900L);
    assertThat(millisUntilNext()).as("the request is used up").isGreaterThanOrEqualTo(1_000);
  }

  @Test
  void awaitNext_closed_returnsFalse() throws InterruptedException {
    timer.close();
    assertThat(timer.awaitNext()).isFalse();
  }
}
