package io.greenlang.metrics.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.aggregate.Aggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConcurrentHistogramTest {

  private static final double MILLIS = 1e-6;

  private final ConcurrentHistogram histogram = new ConcurrentHistogram(MILLIS);

  private static Aggregate empty() {
    return BuiltInAggregator.HISTOGRAMS.create();
  }

  private static Map<String, Double> detailsOf(Aggregate aggregate) {
    Map<String, Double> details = new TreeMap<>();
    aggregate.forEachField(1, details::put);
    return details;
  }

  @Test
  void drainTo_nothingAdded_changesNothing() {
    Aggregate target = empty();
    histogram.drainTo(target);
    assertThat(target.count()).isZero();
  }

  @Test
  void drainTo_randomAmounts_equalsDirectAggregate() {
    Aggregate expected = empty();
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      long nanos = (long) Math.exp(random.nextDouble() * 36) - 1;
      histogram.add(nanos);
      expected.add(nanos * MILLIS);
    }
    Aggregate drained = empty();
    histogram.drainTo(drained);
    assertThat(drained.count()).isEqualTo(expected.count());
    assertThat(drained.min()).isEqualTo(expected.min());
    assertThat(drained.max()).isEqualTo(expected.max());
    assertThat(drained.value()).isCloseTo(expected.value(), within(expected.value() * 1e-12));
    detailsOf(expected)
        .forEach(
            (name, value) ->
                assertThat(detailsOf(drained).get(name)).isCloseTo(value, within(value * 1e-12)));
  }

  @Test
  void drainTo_again_yieldsNewObservationsOnly() {
    histogram.add(5_000_000);
    histogram.drainTo(empty());
    histogram.add(7_000_000);
    Aggregate second = empty();
    histogram.drainTo(second);
    assertThat(second.count()).isEqualTo(1);
    assertThat(second.min()).isEqualTo(7);
    Aggregate third = empty();
    histogram.drainTo(third);
    assertThat(third.count()).isZero();
  }

  @Test
  void add_outOfRange_countsAsLimit() {
    histogram.add(-1);
    histogram.add(Long.MIN_VALUE);
    histogram.add(Long.MAX_VALUE);
    Aggregate drained = empty();
    histogram.drainTo(drained);
    assertThat(drained.count()).isEqualTo(3);
    assertThat(drained.min()).isZero();
    assertThat(drained.max()).isEqualTo((1L << 53) * MILLIS);
    assertThat(detailsOf(drained)).containsEntry("p50", 0.0);
  }

  @Test
  void new_unitNotPositiveAndFinite_isRejected() {
    for (double unit : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new ConcurrentHistogram(unit));
    }
  }

  /** Every drain is consistent: its sum is that of as many observations as it counts. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void add_concurrentDrains_countsEachObservationOnce(long seed) throws Exception {
    int writers = 6;
    int amountsPerWriter = 50_000;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    CountDownLatch writing = new CountDownLatch(writers);
    List<Future<long[]>> written = new ArrayList<>();
    try {
      for (int w = 0; w < writers; w++) {
        Random random = new Random(seed * 100 + w);
        written.add(
            threads.submit(
                () -> {
                  long[] amounts = random.longs(amountsPerWriter, 0, 1 << 20).toArray();
                  for (long amount : amounts) {
                    histogram.add(amount);
                  }
                  writing.countDown();
                  return amounts;
                }));
      }
      Aggregate all = empty();
      while (writing.getCount() > 0) {
        all.appendLater(drainConsistent());
      }
      all.appendLater(drainConsistent());
      long[] amounts = written.stream().flatMapToLong(ConcurrentHistogramTest::get).toArray();
      assertThat(all.count()).isEqualTo((long) writers * amountsPerWriter);
      assertThat(all.value() * all.count())
          .isCloseTo(LongStream.of(amounts).sum() * MILLIS, within(1e-3));
      assertThat(all.min()).isEqualTo(LongStream.of(amounts).min().orElseThrow() * MILLIS);
      assertThat(all.max()).isEqualTo(LongStream.of(amounts).max().orElseThrow() * MILLIS);
      double p95 = LongStream.of(amounts).sorted().toArray()[amounts.length * 95 / 100] * MILLIS;
      assertThat(detailsOf(all).get("p95")).isCloseTo(p95, within(p95 * 0.011));
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Aggregate drainConsistent() {
    Aggregate part = empty();
    histogram.drainTo(part);
    if (part.count() > 0) {
      // The mean of an inconsistent drain, whose sum has one more or one less, would eventually lie
      // outside.
      assertThat(part.value()).isBetween(part.min(), part.max());
    }
    return part;
  }

  private static LongStream get(Future<long[]> future) {
    try {
      return LongStream.of(future.get());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
