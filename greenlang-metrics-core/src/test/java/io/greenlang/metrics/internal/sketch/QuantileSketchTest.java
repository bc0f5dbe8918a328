package io.greenlang.metrics.internal.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sketches that are filled with buckets, compared with those of the numbers themselves. */
class QuantileSketchTest {

  private record Bucket(int sign, int index, long count) {}

  private static List<Bucket> buckets(QuantileSketch sketch) {
    List<Bucket> buckets = new ArrayList<>();
    sketch.forEachBucket((sign, index, count) -> buckets.add(new Bucket(sign, index, count)));
    return buckets;
  }

  private static void addBucketOf(QuantileSketch sketch, double number) {
    int sign = BucketMapping.sign(number);
    sketch.addBucket(sign, sign == 0 ? 0 : BucketMapping.index(number), 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void addBucket_ofRandomNumbers_equalsTheirSketch(long seed) {
    Random random = new Random(seed);
    // From the fourth seed on, the numbers span more powers of ten than a sketch has buckets.
    double spread = seed < 4 ? 5 : 100;
    QuantileSketch ofNumbers = new QuantileSketch();
    QuantileSketch ofBuckets = new QuantileSketch();
    for (int i = 0; i < 10_000; i++) {
      double number = Math.exp(spread * random.nextGaussian()) * (random.nextInt(3) - 1);
      ofNumbers.add(number);
      addBucketOf(ofBuckets, number);
    }
    assertThat(ofBuckets.count()).isEqualTo(10_000);
    assertThat(buckets(ofBuckets)).isEqualTo(buckets(ofNumbers));
    for (double quantile : new double[] {0, 0.1, 0.5, 0.9, 1}) {
      assertThat(ofBuckets.quantile(quantile)).isEqualTo(ofNumbers.quantile(quantile));
    }
  }

  @Test
  void addBucket_extremeMagnitudes_keepTheirBucket() {
    for (double number :
        new double[] {BucketMapping.MIN_MAGNITUDE, BucketMapping.MAX_MAGNITUDE, Double.MAX_VALUE}) {
      QuantileSketch sketch = new QuantileSketch();
      addBucketOf(sketch, number);
      addBucketOf(sketch, -number);
      int index = BucketMapping.index(number);
      assertThat(buckets(sketch))
          .containsExactly(new Bucket(-1, index, 1), new Bucket(1, index, 1));
    }
  }
}
