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
    long fastest = Long.MAX_VALUE; // of several, because a busy machine delays threads
    for (int attempt = 0; attempt < 5; attempt++) {
      timer.wakeUp();
      fastest = Math.min(fastest, millisUntilNext());
    }
    assertThat(fastest).isBetween(100L, 900L);
    assertThat(millisUntilNext()).as("the request is used up").isGreaterThanOrEqualTo(1_000);
  }

  @Test
  void awaitNext_closed_returnsFalse() throws InterruptedException {
    timer.close();
    assertThat(timer.awaitNext()).isFalse();
  }
}
