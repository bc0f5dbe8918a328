package io.greenlang.metrics.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests that patterns are evaluated once for each name, in bounded memory. */
class NameCacheTest {

  private final AtomicInteger evaluations = new AtomicInteger();
  private final NameCache cache =
      new NameCache(
          name -> {
            evaluations.incrementAndGet();
            return name.startsWith("cpu.");
          });

  @Test
  void test_manySeriesOfFewNames_evaluatesOncePerName() {
    for (int series = 0; series < 10_000; series++) {
      assertThat(cache.test("cpu." + series % 2)).isTrue();
      assertThat(cache.test("memory." + series % 2)).isFalse();
    }
    assertThat(evaluations).hasValue(4);
  }

  @Test
  void test_moreNamesThanItKeeps_staysCorrect() {
    for (int name = 0; name < 3 * NameCache.MAX_NAMES; name++) {
      assertThat(cache.test("cpu." + name)).isTrue();
      assertThat(cache.test("memory." + name)).isFalse();
    }
    assertThat(evaluations).hasValue(6 * NameCache.MAX_NAMES);
  }
}
