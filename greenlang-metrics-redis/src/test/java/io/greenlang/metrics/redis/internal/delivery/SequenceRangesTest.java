package io.greenlang.metrics.redis.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SequenceRangesTest {

  private final SequenceRanges ranges = new SequenceRanges();

  @Test
  void add_consecutive_isOneRun() {
    for (int i = 5; i < 1_000; i++) {
      ranges.add(i);
    }
    assertThat(ranges.runs()).isEqualTo(1);
    assertThat(ranges.contains(4)).isFalse();
    assertThat(ranges.contains(5)).isTrue();
    assertThat(ranges.contains(999)).isTrue();
    assertThat(ranges.contains(1_000)).isFalse();
  }

  @Test
  void add_manyGaps_keepsLatestRunsSeparate() {
    int last = 1_000_000;
    for (int i = 0; i <= last; i += 2) {
      ranges.add(i);
    }
    assertThat(ranges.runs()).isEqualTo(SequenceRanges.MAX_RUNS);
    assertThat(ranges.contains(last)).isTrue();
    assertThat(ranges.contains(last - 1)).isFalse();
    assertThat(ranges.contains(0)).isTrue();
    assertThat(ranges.contains(1)).isTrue(); // reported as lost, and treated as delivered
    assertThat(ranges.contains(last + 1)).isFalse();
  }

  @Test
  void removeBefore_earlierRuns_areRemoved() {
    ranges.add(1);
    ranges.add(2);
    ranges.add(7);
    ranges.removeBefore(7);

    assertThat(ranges.contains(2)).isFalse();
    assertThat(ranges.contains(7)).isTrue();
  }
}
