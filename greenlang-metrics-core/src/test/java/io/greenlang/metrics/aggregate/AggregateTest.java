package io.greenlang.metrics.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
    return BuiltIn.ALL;
  }

  private static Aggregate of(Aggregate aggregate, double... values) {
    for (double value : values) {
      aggregate.add(value);
    }
    return aggregate;
  }

  private static Aggregate after(Aggregate earlier) {
    Aggregate next = Aggregator.counters().create();
    next.follow(earlier);
    return next;
  }

  private static Map<String, Double> described(Aggregate aggregate) {
    Map<String, Double> details = new LinkedHashMap<>();
    aggregate.describe(5 * SECOND, details::put);
    return details;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e308, -1e308, Double.MAX_VALUE, 0.1})
  void mean_ofEqualReadingsWhoseSumIsNotExact_isThatReading(double reading) {
    Aggregate gauge = of(Aggregator.gauges().create(), reading, reading, reading);
    assertThat(gauge.value()).isEqualTo(reading);
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void create_holdsNothing(Aggregator aggregator) {
    Aggregate empty = aggregator.create();
    assertThat(empty.count()).isZero();
    assertThat(empty.value()).isNaN();
    assertThat(empty.min()).isNaN();
    assertThat(empty.max()).isNaN();
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void appendAndCombine_nothing_changeNothing(Aggregator aggregator) {
    Aggregate aggregate = of(aggregator.create(), 3, 5, 4);
    Map<String, Double> details = described(aggregate);
    aggregate.append(aggregator.create());
    aggregate.combine(aggregator.create());
    assertThat(aggregate.count()).isEqualTo(3);
    assertThat(described(aggregate)).isEqualTo(details);
    Aggregate fromNothing = aggregator.create();
    fromNothing.append(aggregate);
    assertThat(described(fromNothing)).isEqualTo(details);
    assertThat(fromNothing.value()).isEqualTo(aggregate.value());
  }

  @Test
  void gauge_value_isTheMean() {
    Aggregate gauge = of(Aggregator.gauges().create(), -1, 2, 5);
    assertThat(gauge.value()).isEqualTo(2);
    assertThat(gauge.min()).isEqualTo(-1);
    assertThat(gauge.max()).isEqualTo(5);
    assertThat(described(gauge)).isEmpty();
  }

  @Test
  void counter_deltaAndRate_spanTheWindowsWithoutAGap() {
    Aggregate first = of(Aggregator.counters().create(), 100, 110);
    assertThat(described(first)).containsEntry("delta", 10.0).containsEntry("rate", 2.0);
    Aggregate second = of(after(first), 115, 135);
    assertThat(second.value()).isEqualTo(135);
    assertThat(described(second)).containsEntry("delta", 25.0).containsEntry("rate", 5.0);
  }

  @Test
  void counter_silentWindow_passesTheTotalOn() {
    Aggregate silent = after(of(Aggregator.counters().create(), 100));
    assertThat(described(of(after(silent), 130))).containsEntry("delta", 30.0);
  }

  @Test
  void counter_reset_countsWhatCameAfterIt() {
    Aggregate counter = of(Aggregator.counters().create(), 100, 120, 5, 9);
    assertThat(counter.value()).isEqualTo(9);
    assertThat(described(counter)).containsEntry("delta", 20.0 + 5 + 4);
    assertThat(described(of(after(of(Aggregator.counters().create(), 50)), 7)))
        .containsEntry("delta", 7.0);
  }

  @Test
  void counter_combined_isTheSumOfTotalsAndOfDeltas() {
    Aggregate here = of(Aggregator.counters().create(), 100, 110);
    here.combine(of(Aggregator.counters().create(), 1000, 1007));
    assertThat(here.value()).isEqualTo(1117);
    assertThat(described(here)).containsEntry("delta", 17.0);
    Aggregate fromNothing = Aggregator.counters().create();
    fromNothing.combine(here);
    assertThat(fromNothing.value()).isEqualTo(1117);
    assertThat(described(fromNothing)).containsEntry("delta", 17.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyCut_ofAnyReadings_comesToTheSame(long seed) {
    Random random = new Random(seed);
    for (Aggregator aggregator : builtIn()) {
      double[] values = random.doubles(500, 0, 1e6).map(Math::rint).toArray();
      Aggregate whole = of(aggregator.create(), values);
      Aggregate joined = aggregator.create();
      Aggregate part = aggregator.create();
      for (double value : values) {
        part.add(value);
        if (random.nextInt(10) == 0) {
          joined.append(part);
          part = aggregator.create();
        }
      }
      joined.append(part);
      assertThat(joined.count()).isEqualTo(whole.count());
      assertThat(joined.value()).isCloseTo(whole.value(), within(1e-6));
      assertThat(joined.min()).isEqualTo(whole.min());
      assertThat(joined.max()).isEqualTo(whole.max());
      Map<String, Double> expected = described(whole);
      described(joined)
          .forEach(
              (name, number) ->
                  assertThat(number).as(name).isCloseTo(expected.get(name), within(1e-3)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void histogram_pooledFromManyParts_percentilesAreWithinOnePercent(long seed) {
    Random random = new Random(seed);
    Aggregate pooled = Aggregator.histograms().create();
    List<Double> all = new ArrayList<>();
    for (int part = 0; part < 20; part++) {
      Aggregate one = Aggregator.histograms().create();
      double scale = Math.pow(10, random.nextInt(6));
      for (int i = random.nextInt(500); i >= 0; i--) {
        double value = Math.exp(random.nextGaussian()) * scale;
        one.add(value);
        all.add(value);
      }
      pooled.combine(one);
    }
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    Map<String, Double> details = described(pooled);
    assertThat(details.get("sum")).isCloseTo(Arrays.stream(sorted).sum(), within(1e-3));
    for (int percent : new int[] {50, 95, 99}) {
      double exact = sorted[(int) (percent / 100.0 * (sorted.length - 1))];
      assertThat(details.get("p" + percent))
          .isCloseTo(exact, within(exact * Sketch.RELATIVE_ERROR * 1.001));
    }
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void extremes_stayFinite(Aggregator aggregator) {
    double big = Double.MAX_VALUE;
    Aggregate aggregate = of(aggregator.create(), big, -big, big, big, Double.MIN_VALUE, 0);
    aggregate.combine(of(aggregator.create(), big, big));
    assertThat(aggregate.value()).isFinite();
    assertThat(described(aggregate).values()).allSatisfy(number -> assertThat(number).isFinite());
  }

  @Test
  void histogram_ofOneObservation_everyPercentileIsThatOne() {
    assertThat(described(of(Aggregator.histograms().create(), -3.7)))
        .containsEntry("p50", -3.7)
        .containsEntry("p99", -3.7);
  }
}
