package io.greenlang.metrics.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SliceLimitTest {

  @Test
  void next_maximumReached_endsTheSlice() {
    SliceLimit limit = new SliceLimit(3, Long.MAX_VALUE);
    assertThat(limit.next()).isTrue();
    assertThat(limit.next()).isTrue();
    assertThat(limit.next()).isTrue();
    assertThat(limit.next()).isFalse();
    assertThat(limit.next()).isFalse();
  }

  @Test
  void next_timeIsOver_endsTheSliceAfterOneEntry() {
    SliceLimit limit = new SliceLimit(Integer.MAX_VALUE, 0);
    assertThat(limit.next()).isTrue();
    assertThat(limit.next()).isFalse();
  }
}
