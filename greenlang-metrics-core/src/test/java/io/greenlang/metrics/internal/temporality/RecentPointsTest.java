package io.greenlang.metrics.internal.temporality;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentPointsTest {

  private static final long MAX_BYTES = 2_000;
  private static final long KEY_BYTES = 100;

  private final RecentPoints<String> points = new RecentPoints<>(key -> KEY_BYTES, MAX_BYTES);

  private boolean add(String key, long timeNanos) {
    return points.add(key, timeNanos, 1);
  }

  @Test
  void add_anyOrder_findsOnlyRepetitions() {
    assertThat(add("a", 30)).isTrue();
    assertThat(add("a", 10)).as("a late point").isTrue();
    assertThat(add("a", 20)).isTrue();
    assertThat(add("a", 10)).isFalse();
    assertThat(add("a", 30)).isFalse();
    assertThat(add("b", 30)).as("another series").isTrue();
  }

  @Test
  void add_moreTimesThanAreKept_comparesTheLatest() {
    for (int time = 1; time <= RecentPoints.MAX_TIMES + 1; time++) {
      assertThat(add("a", time)).isTrue();
    }
    assertThat(add("a", 2)).isFalse();
    assertThat(add("a", 1)).isTrue();
  }

  @Test
  void add_moreSeriesThanMemory_acceptsTheirPointsWithoutComparison() {
    for (int i = 0; i < 100; i++) {
      assertThat(add("s" + i, 7)).isTrue();
    }
    assertThat(points.bytes()).isPositive().isLessThanOrEqualTo(MAX_BYTES);
    assertThat(add("s0", 7)).isFalse();
    assertThat(add("s99", 7)).isTrue();
  }

  @Test
  void discardIdle_someSeries_freesTheirMemory() {
    add("a", 7);
    points.add("b", 7, 50);
    points.discardIdle(101, 90);
    assertThat(points.size()).isEqualTo(1);
    assertThat(points.bytes()).isEqualTo(KEY_BYTES + Long.BYTES * (long) RecentPoints.MAX_TIMES);
    assertThat(add("b", 7)).isFalse();
    assertThat(add("a", 7)).isTrue();
  }
}
