package io.greenlang.metrics.internal.temporality;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiscardedRunsTest {

  private static final long NOW = 1_000_000;

  private final DiscardedRuns runs = new DiscardedRuns();

  private void add(long first, long last) {
    for (long start = first; start <= last; start++) {
      runs.add(start, NOW);
      runs.add(start, NOW);
    }
  }

  @Test
  void contains_moreThanAreKept_stillContainsAllThatWereAdded() {
    add(10, 5_000);
    for (long start = 10; start <= 5_000; start++) {
      assertThat(runs.contains(start)).as("%d", start).isTrue();
    }
    assertThat(runs.contains(5_001)).isFalse();
  }

  @Test
  void add_startInTheFuture_doesNotDiscardLaterRuns() {
    long future = 2 * NOW;
    runs.add(future, NOW);
    runs.add(-1, NOW); // the largest unsigned number
    add(1, DiscardedRuns.MAX_STARTS - 2);
    assertThat(runs.contains(future)).as("kept while there is room").isTrue();
    add(DiscardedRuns.MAX_STARTS - 1, DiscardedRuns.MAX_STARTS + 10);

    assertThat(runs.contains(1)).isTrue();
    assertThat(runs.contains(DiscardedRuns.MAX_STARTS + 11)).isFalse();
    assertThat(runs.contains(NOW + 1)).isFalse();
  }

  @Test
  void add_lateStartBeforeEarlyOnes_forgetsTheEarliest() {
    runs.add(9_000, NOW);
    add(1, DiscardedRuns.MAX_STARTS);

    assertThat(runs.contains(1)).isTrue();
    assertThat(runs.contains(9_000)).isTrue();
    assertThat(runs.contains(8_000)).isFalse();
  }
}
