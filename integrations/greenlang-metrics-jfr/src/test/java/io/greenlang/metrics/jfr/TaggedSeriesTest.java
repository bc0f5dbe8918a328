package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaggedSeriesTest {

  private final TaggedSeries<AtomicInteger> series =
      new TaggedSeries<>(AtomicInteger::new, "monitor");

  private Map<Tags, Integer> counts() {
    Map<Tags, Integer> counts = new HashMap<>();
    series.forEach((tags, count) -> counts.put(tags, count.get()));
    return counts;
  }

  @Test
  void get_tooManyValues_sharesTheSeriesOther() {
    for (int i = 0; i < 100; i++) {
      series.get("Shop" + i).incrementAndGet();
      series.get("Shop0").incrementAndGet();
    }
    assertThat(counts())
        .hasSize(TaggedSeries.MAX_SERIES)
        .containsEntry(Tags.of("monitor", "Shop0"), 101)
        .containsEntry(Tags.of("monitor", "Shop62"), 1)
        .containsEntry(Tags.of("monitor", "other"), 37);
  }

  @Test
  void get_valueThatNoTagMayHave_isCleanedAndCut() {
    series.get("a\nb\uD800").incrementAndGet();
    series.get("x".repeat(1_000)).incrementAndGet();
    series.get("x".repeat(2_000)).incrementAndGet();
    assertThat(counts())
        .containsEntry(Tags.of("monitor", "a?b?"), 1)
        .containsEntry(Tags.of("monitor", "x".repeat(Tags.MAX_VALUE_LENGTH)), 2)
        .hasSize(2);
  }
}
