package io.greenlang.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DistributionRecorderTest {

  private final DistributionRecorder recorder = new DistributionRecorder();

  @Test
  void drain_nothingRecorded_isNull() {
    assertThat(recorder.drain()).isNull();
  }

  @Test
  void drain_randomObservations_equalsTheirDistribution() {
    Random random = new Random(7);
    Distribution.Builder expected = Distribution.builder();
    for (int i = 0; i < 10_000; i++) {
      double number = Math.exp(random.nextDouble() * 60 - 30) * (random.nextInt(5) - 1);
      recorder.record(number);
      expected.add(number);
    }
    Distribution drained = Objects.requireNonNull(recorder.drain());
    assertThat(buckets(drained)).isEqualTo(buckets(expected.build()));
    assertThat(drained.min()).isEqualTo(expected.build().min());
    assertThat(drained.max()).isEqualTo(expected.build().max());
    assertThat(drained.sum())
        .isCloseTo(expected.build().sum(), within(1e-9 * Math.abs(drained.sum())));
  }

  private static List<String> buckets(Distribution distribution) {
    List<String> buckets = new ArrayList<>();
    distribution.forEachBucket(
        (sign, index, count) -> buckets.add(sign + ":" + index + "=" + count));
    return buckets;
  }

  @Test
  void drain_again_returnsNewObservationsOnly() {
    recorder.record(5);
    recorder.drain();
    recorder.record(7);
    Distribution second = Objects.requireNonNull(recorder.drain());
    assertThat(second.count()).isEqualTo(1);
    assertThat(second.min()).isEqualTo(7);
    assertThat(recorder.drain()).isNull();
  }

  @Test
  void record_notFinite_isIgnoredAndCounted() {
    recorder.record(Double.NaN);
    recorder.record(Double.NEGATIVE_INFINITY);
    assertThat(recorder.ignored()).isEqualTo(2);
    assertThat(recorder.drain()).isNull();
  }

  @Test
  void record_extremes_areCountedOnce() {
    for (double number :
        new double[] {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 0, -0.0}) {
      recorder.record(number);
    }
    Distribution drained = Objects.requireNonNull(recorder.drain());
    assertThat(drained.count()).isEqualTo(5);
    assertThat(drained.sum()).isFinite();
    assertThat(drained.min()).isEqualTo(-Double.MAX_VALUE);
    assertThat(drained.max()).isEqualTo(Double.MAX_VALUE);
  }

  /** Every drain is consistent: its sum is that of as many observations as it counts. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void drain_whileThreadsRecord_returnsEachObservationOnce(long seed) throws Exception {
    int writers = 6;
    int perWriter = 50_000;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    List<Future<double[]>> written = new ArrayList<>();
    try {
      for (int w = 0; w < writers; w++) {
        Random random = new Random(seed * 100 + w);
        written.add(
            threads.submit(
                () -> {
                  double[] numbers = random.doubles(perWriter, 1, 1 << 20).toArray();
                  for (double number : numbers) {
                    recorder.record(number);
                  }
                  return numbers;
                }));
      }
      Distribution.Builder drained = Distribution.builder();
      while (!written.stream().allMatch(Future::isDone)) {
        addConsistent(recorder.drain(), drained);
      }
      addConsistent(recorder.drain(), drained);
      double[] all = written.stream().flatMapToDouble(DistributionRecorderTest::get).toArray();
      Distribution total = drained.build();
      assertThat(total.count()).isEqualTo((long) writers * perWriter);
      assertThat(total.sum()).isCloseTo(DoubleStream.of(all).sum(), within(1.0));
      assertThat(total.min()).isEqualTo(DoubleStream.of(all).min().orElseThrow());
      assertThat(total.max()).isEqualTo(DoubleStream.of(all).max().orElseThrow());
      double p95 = DoubleStream.of(all).sorted().toArray()[all.length * 95 / 100 - 1];
      assertThat(total.quantile(0.95)).isCloseTo(p95, within(p95 * 0.0101));
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void addConsistent(@Nullable Distribution part, Distribution.Builder target) {
    if (part != null) {
      // The mean of an inconsistent drain, whose sum has one more or one less, would eventually lie
      // outside.
      assertThat(part.sum() / part.count()).isBetween(part.min(), part.max());
      target.add(part);
    }
  }

  private static DoubleStream get(Future<double[]> future) {
    try {
      return DoubleStream.of(future.get());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
