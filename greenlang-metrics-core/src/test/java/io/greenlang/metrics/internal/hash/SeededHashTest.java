package io.greenlang.metrics.internal.hash;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests that texts with equal {@link String#hashCode} do not collide. */
class SeededHashTest {

  private static final int COUNT = 1 << 14;

  /** Of 16,384 random hashes of 32 bits, 0.03 collide on average. */
  private static final int MIN_DISTINCT = COUNT - 5;

  private static final Channel CHANNEL = new Channel("test.metrics");

  /** Returns one of {@value #COUNT} texts with the same {@link String#hashCode}. */
  private static String colliding(int bits) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 14; i++) {
      text.append((bits >> i & 1) == 0 ? "Aa" : "BB");
    }
    return text.toString();
  }

  private static long distinct(IntFunction<?> keys) {
    return IntStream.range(0, COUNT).mapToObj(keys).mapToInt(Object::hashCode).distinct().count();
  }

  @Test
  void of_textsOfEqualHashCode_differs() {
    assertThat(distinct(SeededHashTest::colliding)).as("the premise").isEqualTo(1);

    assertThat(distinct(i -> SeededHash.of(colliding(i)))).isGreaterThan(MIN_DISTINCT);
    assertThat(SeededHash.of("host")).isEqualTo(SeededHash.of(new String("host")));
  }

  @Test
  void of_textsDividedDifferently_differs() {
    assertThat(SeededHash.of(new String[] {"ab", "c"}))
        .isNotEqualTo(SeededHash.of(new String[] {"a", "bc"}));
  }

  @Test
  void tags_valuesOfEqualHashCode_haveDistinctHashCodes() {
    assertThat(distinct(i -> Tags.of("user", colliding(i)))).isGreaterThan(MIN_DISTINCT);
  }

  @Test
  void seriesKey_namesOfEqualHashCode_haveDistinctHashCodes() {
    assertThat(
            distinct(
                i -> new SeriesKey(CHANNEL, colliding(i), MetricType.GAUGE, Tags.of("a", "b"))))
        .isGreaterThan(MIN_DISTINCT);
  }
}
