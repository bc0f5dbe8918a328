package io.greenlang.metrics.internal.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list of buckets, compared with a sketch of the same numbers. */
class BucketListTest {

  private final BucketList list = new BucketList();

  private static List<Double> numbers(long seed, double magnitudes) {
    Random random = new Random(seed);
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      numbers.add(Math.pow(10, random.nextDouble() * magnitudes) * (random.nextInt(3) - 1));
    }
    return numbers;
  }

  private static List<String> bucketsOf(List<Double> numbers) {
    QuantileSketch sketch = new QuantileSketch();
    numbers.forEach(sketch::add);
    List<String> buckets = new ArrayList<>();
    sketch.forEachBucket((sign, index, count) -> buckets.add(sign + " " + index + " " + count));
    return buckets;
  }

  private List<String> buckets() {
    list.complete();
    byte[] signs = list.signs();
    List<String> buckets = new ArrayList<>();
    for (int i = 0; i < signs.length; i++) {
      buckets.add(signs[i] + " " + list.indexes()[i] + " " + list.counts()[i]);
    }
    return buckets;
  }

  /** The widest range, of 200 magnitudes, exceeds the buckets of a sketch. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 10, 200})
  void add_randomNumbersInAnyOrder_givesBucketsOfSketch(double magnitudes) {
    for (long seed = 0; seed < 20; seed++) {
      List<Double> numbers = numbers(seed, magnitudes);
      BucketListTest unsorted = new BucketListTest();
      numbers.forEach(unsorted.list::add);

      assertThat(unsorted.buckets()).as("seed %d", seed).isEqualTo(bucketsOf(numbers));

      Collections.sort(numbers);
      BucketListTest sorted = new BucketListTest();
      numbers.forEach(sorted.list::add);

      assertThat(sorted.buckets()).as("seed %d", seed).hasSameSizeAs(bucketsOf(numbers));
      assertThat(sorted.list.total()).isEqualTo(200);
    }
  }

  @Test
  void add_ascendingNumbers_givesBucketsOfSketch() {
    List<Double> ascending = List.of(-50.0, -50.0, -0.5, 0.0, 1e-310, 0.25, 7.0, 7.01, 1e300);
    ascending.forEach(list::add);

    assertThat(buckets()).isEqualTo(bucketsOf(ascending));
  }

  @Test
  void add_afterCompletion_continues() {
    list.add(1);
    assertThat(buckets()).hasSize(1);
    long[] counts = list.counts();

    list.add(1);
    list.add(-1);

    assertThat(buckets()).isEqualTo(bucketsOf(Arrays.asList(1.0, 1.0, -1.0)));
    assertThat(counts).containsExactly(1);
  }

  @Test
  void total_countsBeyondRangeOfLong_staysLarge() {
    for (int i = 0; i < 5_000; i++) {
      list.add(1, 0, 1L << 53);
    }

    assertThat(list.total()).isGreaterThan(1L << 61);
  }
}
