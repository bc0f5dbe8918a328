package io.greenlang.metrics.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SliceLimitTest {

  @Test
  void next_maximumReached_endsTheSlice() {
    SliceLimit limit = SliceLimit.of(3);
    assertThat(limit.next()).isTrue();
    assertThat(limit.next()).isTrue();
    assertThat(limit.next()).isTrue();
    assertThat(limit.next()).isFalse();
    assertThat(limit.next()).isFalse();
  }

  @Test
  void next_timeIsOver_endsTheSliceWhenItLooksAtTheClockAgain() {
    SliceLimit limit = SliceLimit.of(Integer.MAX_VALUE);
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < SliceLimit.MAX_NANOS) {
      Thread.onSpinWait();
    }
    int entries = 0;
    while (limit.next()) {
      entries++;
    }
    assertThat(entries).isEqualTo(SliceLimit.ENTRIES_PER_LOOK);
  }
}
