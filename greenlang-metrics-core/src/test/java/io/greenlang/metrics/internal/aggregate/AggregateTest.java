package io.greenlang.metrics.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.sketch.BucketMapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregateTest {

  private static final long SECOND = 1000;

  private static List<? extends Aggregator> builtIn() {
    return BuiltInAggregator.ALL;
  }

  private static Aggregate withSamples(Aggregate aggregate, double... values) {
    for (double value : values) {
      aggregate.add(value, 0);
    }
    return aggregate;
  }

  private static Aggregate followerOf(Aggregate earlier) {
    Aggregate next = BuiltInAggregator.COUNTERS.create();
    next.startAfter(earlier);
    return next;
  }

  private static Map<String, Double> detailsOf(Aggregate aggregate) {
    Map<String, Double> details = new LinkedHashMap<>();
    aggregate.forEachField(5 * SECOND, details::put);
    return details;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e308, -1e308, Double.MAX_VALUE, 0.1})
  void mean_equalSamplesWithInexactSum_equalsSample(double sample) {
    Aggregate gauge = withSamples(BuiltInAggregator.GAUGES.create(), sample, sample, sample);
    assertThat(gauge.value()).isEqualTo(sample);
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void create_noSamples_isEmpty(Aggregator aggregator) {
    Aggregate empty = aggregator.create();
    assertThat(empty.count()).isZero();
    assertThat(empty.value()).isNaN();
    assertThat(empty.min()).isNaN();
    assertThat(empty.max()).isNaN();
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void appendAndCombine_emptyAggregate_changeNothing(Aggregator aggregator) {
    Aggregate aggregate = withSamples(aggregator.create(), 3, 5, 4);
    Map<String, Double> details = detailsOf(aggregate);
    aggregate.appendLater(aggregator.create());
    aggregate.mergeSeries(aggregator.create());
    assertThat(aggregate.count()).isEqualTo(3);
    assertThat(detailsOf(aggregate)).isEqualTo(details);
    Aggregate fromNothing = aggregator.create();
    fromNothing.appendLater(aggregate);
    assertThat(detailsOf(fromNothing)).isEqualTo(details);
    assertThat(fromNothing.value()).isEqualTo(aggregate.value());
  }

  @Test
  void gauge_value_isMean() {
    Aggregate gauge = withSamples(BuiltInAggregator.GAUGES.create(), -1, 2, 5);
    assertThat(gauge.value()).isEqualTo(2);
    assertThat(gauge.min()).isEqualTo(-1);
    assertThat(gauge.max()).isEqualTo(5);
    assertThat(detailsOf(gauge)).isEmpty();
  }

  @Test
  void counter_consecutiveWindows_deltasAreContiguous() {
    Aggregate first = withSamples(BuiltInAggregator.COUNTERS.create(), 100, 110);
    assertThat(detailsOf(first)).containsEntry("delta", 10.0).containsEntry("rate", 2.0);
    Aggregate second = withSamples(followerOf(first), 115, 135);
    assertThat(second.value()).isEqualTo(135);
    assertThat(detailsOf(second)).containsEntry("delta", 25.0).containsEntry("rate", 5.0);
  }

  @Test
  void counter_windowWithoutSamples_passesOnTotal() {
    Aggregate silent = followerOf(withSamples(BuiltInAggregator.COUNTERS.create(), 100));
    assertThat(detailsOf(withSamples(followerOf(silent), 130))).containsEntry("delta", 30.0);
  }

  @Test
  void counter_reset_deltaIncludesNewTotal() {
    Aggregate counter = withSamples(BuiltInAggregator.COUNTERS.create(), 100, 120, 5, 9);
    assertThat(counter.value()).isEqualTo(9);
    assertThat(detailsOf(counter)).containsEntry("delta", 20.0 + 5 + 4);
    assertThat(
            detailsOf(
                withSamples(followerOf(withSamples(BuiltInAggregator.COUNTERS.create(), 50)), 7)))
        .containsEntry("delta", 7.0);
  }

  @Test
  void counter_combined_sumsTotalsAndDeltas() {
    Aggregate combined = withSamples(BuiltInAggregator.COUNTERS.create(), 100, 110);
    combined.mergeSeries(withSamples(BuiltInAggregator.COUNTERS.create(), 1000, 1007));
    assertThat(combined.value()).isEqualTo(1117);
    assertThat(detailsOf(combined)).containsEntry("delta", 17.0);
    Aggregate fromNothing = BuiltInAggregator.COUNTERS.create();
    fromNothing.mergeSeries(combined);
    assertThat(fromNothing.value()).isEqualTo(1117);
    assertThat(detailsOf(fromNothing)).containsEntry("delta", 17.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void append_anySplitOfSamples_equalsWhole(long seed) {
    Random random = new Random(seed);
    for (Aggregator aggregator : builtIn()) {
      double[] values = random.doubles(500, 0, 1e6).map(Math::rint).toArray();
      Aggregate whole = withSamples(aggregator.create(), values);
      Aggregate joined = aggregator.create();
      Aggregate part = aggregator.create();
      for (double value : values) {
        part.add(value, 0);
        if (random.nextInt(10) == 0) {
          joined.appendLater(part);
          Aggregate next = aggregator.create();
          next.startAfter(part);
          part = next;
        }
      }
      joined.appendLater(part);
      assertThat(joined.count()).isEqualTo(whole.count());
      assertThat(joined.value()).isCloseTo(whole.value(), within(1e-6));
      assertThat(joined.min()).isEqualTo(whole.min());
      assertThat(joined.max()).isEqualTo(whole.max());
      Map<String, Double> expected = detailsOf(whole);
      detailsOf(joined)
          .forEach(
              (name, number) ->
                  assertThat(number).as(name).isCloseTo(expected.get(name), within(1e-3)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void histogram_combinedFromManyParts_percentilesAreWithinOnePercent(long seed) {
    Random random = new Random(seed);
    Aggregate pooled = BuiltInAggregator.HISTOGRAMS.create();
    List<Double> all = new ArrayList<>();
    for (int part = 0; part < 20; part++) {
      Aggregate one = BuiltInAggregator.HISTOGRAMS.create();
      double scale = Math.pow(10, random.nextInt(6));
      for (int i = random.nextInt(500); i >= 0; i--) {
        double value = Math.exp(random.nextGaussian()) * scale;
        one.add(value, 0);
        all.add(value);
      }
      pooled.mergeSeries(one);
    }
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    Map<String, Double> details = detailsOf(pooled);
    assertThat(details.get("sum")).isCloseTo(Arrays.stream(sorted).sum(), within(1e-3));
    for (int percent : new int[] {50, 95, 99}) {
      double exact = sorted[(int) Math.ceil(percent * sorted.length / 100.0) - 1];
      assertThat(details.get("p" + percent))
          .isCloseTo(exact, within(exact * BucketMapping.RELATIVE_ERROR * 1.001));
    }
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void value_extremeSamples_staysFinite(Aggregator aggregator) {
    double big = Double.MAX_VALUE;
    Aggregate aggregate =
        withSamples(aggregator.create(), big, -big, big, big, Double.MIN_VALUE, 0);
    aggregate.mergeSeries(withSamples(aggregator.create(), big, big));
    assertThat(aggregate.value()).isFinite();
    assertThat(detailsOf(aggregate).values()).allSatisfy(number -> assertThat(number).isFinite());
  }

  @Test
  void histogram_oneObservation_everyPercentileEqualsIt() {
    assertThat(detailsOf(withSamples(BuiltInAggregator.HISTOGRAMS.create(), -3.7)))
        .containsEntry("p50", -3.7)
        .containsEntry("p99", -3.7);
  }

  /** The totals are large compared with their increases, as those of processor time are. */
  @Test
  void counter_manyWindowsOfSmallIncreases_deltaIsExact() {
    Aggregate day = BuiltInAggregator.COUNTERS.create();
    Aggregate window = withSamples(BuiltInAggregator.COUNTERS.create(), 1e9);
    double last = 1e9;
    for (int minute = 1; minute <= 1_440; minute++) {
      Aggregate next = followerOf(window);
      last = 1e9 + minute * 0.1;
      next.add(last, minute * 60_000L);
      day.appendLater(BuiltInAggregator.COUNTERS.unpack(next.pack()));
      window = next;
    }
    assertThat(detailsOf(day)).containsEntry("delta", last - 1e9);
  }

  @Test
  void counter_increaseBeyondRange_hasItsRate() {
    Aggregate counter = BuiltInAggregator.COUNTERS.create();
    for (int i = 0; i <= 5; i++) {
      counter.add(i % 2 == 0 ? 0 : 1.5e308, i * 100_000L);
    }
    Aggregate unpacked = BuiltInAggregator.COUNTERS.unpack(counter.pack());
    Map<String, Double> details = detailsOf(unpacked);
    assertThat(details).containsEntry("delta", Double.MAX_VALUE);
    assertThat(details.get("rate")).isCloseTo(9e305, within(1e291));
    Aggregate group = BuiltInAggregator.COUNTERS.create();
    group.mergeSeries(unpacked);
    assertThat(detailsOf(group).get("rate")).isCloseTo(9e305, within(1e291));
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void unpack_unsupportedVersion_namesVersion(Aggregator aggregator) {
    byte[] packed = withSamples(aggregator.create(), 1, 2).pack();
    for (byte version : new byte[] {0, 1, 2, (byte) (packed[0] + 1)}) {
      packed[0] = version;
      assertThatIllegalArgumentException()
          .isThrownBy(() -> aggregator.unpack(packed))
          .withMessageContaining("has version " + version + ", but only version 3 is supported");
    }
  }
}
