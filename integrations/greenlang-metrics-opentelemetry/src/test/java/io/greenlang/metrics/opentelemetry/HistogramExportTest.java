package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.HistogramBuckets;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.ExplicitBucketHistogramOptions;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Histograms of a real SDK, compared with the observations themselves. */
class HistogramExportTest {

  private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999};
  private static final double[] BOUNDS = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5};

  private final RecordingSink sink = new RecordingSink();
  private final GreenlangMetricExporter exporter = GreenlangMetricExporter.create(sink);

  private static UnaryOperator<SdkMeterProviderBuilder> aggregation(Aggregation aggregation) {
    return builder ->
        builder.registerView(
            InstrumentSelector.builder().setType(InstrumentType.HISTOGRAM).build(),
            View.builder().setAggregation(aggregation).build());
  }

  private static Aggregation explicit(double... bounds) {
    return Aggregation.explicitBucketHistogram(
        ExplicitBucketHistogramOptions.builder()
            .setBucketBoundaries(DoubleStream.of(bounds).boxed().collect(Collectors.toList()))
            .build());
  }

  /** Returns durations in seconds, whose extremes differ by a factor. */
  private static double[] durations(long seed, double factor) {
    Random random = new Random(seed);
    double[] durations = new double[20_000];
    Arrays.setAll(durations, i -> 0.002 * Math.pow(factor, Math.pow(random.nextDouble(), 3)));
    return durations;
  }

  private static double exact(double[] sorted, double fraction) {
    return sorted[(int) Math.max(0, Math.ceil(fraction * sorted.length) - 1)];
  }

  private static void assertStatisticsExact(Distribution distribution, double[] observations) {
    assertThat(distribution.count()).isEqualTo(observations.length);
    assertThat(distribution.sum()).isEqualTo(plainSum(observations));
    assertThat(distribution.min()).isEqualTo(DoubleStream.of(observations).min().orElseThrow());
    assertThat(distribution.max()).isEqualTo(DoubleStream.of(observations).max().orElseThrow());
  }

  /** Adds in order and without compensation, as the SDK does. */
  private static double plainSum(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"1, 30, 0.016", "2, 999, 0.021", "3, 999, 0.021", "4, 990000, 0.032"})
  void exponential_randomDurations_quantilesAreWithinStatedError(
      long seed, double factor, double error) {
    double[] durations = durations(seed, factor);
    try (TestSdk sdk = new TestSdk(exporter)) {
      DoubleHistogram histogram = sdk.meter().histogramBuilder("duration").build();
      DoubleStream.of(durations).forEach(histogram::record);
      sdk.export();
    }
    Distribution distribution = sink.distribution("duration");
    assertStatisticsExact(distribution, durations);
    double[] sorted = DoubleStream.of(durations).sorted().toArray();
    for (double quantile : QUANTILES) {
      double exact = exact(sorted, quantile);
      assertThat(distribution.quantile(quantile))
          .as("quantile %s with seed %d", quantile, seed)
          .isCloseTo(exact, within(error * exact));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6, 7})
  void explicit_randomDurations_quantilesAreWithinTheirBucket(long seed) {
    double[] durations = durations(seed, 999);
    try (TestSdk sdk = new TestSdk(exporter, aggregation(explicit(BOUNDS)))) {
      DoubleHistogram histogram = sdk.meter().histogramBuilder("duration").build();
      DoubleStream.of(durations).forEach(histogram::record);
      sdk.export();
    }
    Distribution distribution = sink.distribution("duration");
    assertStatisticsExact(distribution, durations);
    double[] sorted = DoubleStream.of(durations).sorted().toArray();
    for (double quantile : QUANTILES) {
      double exact = exact(sorted, quantile);
      double above = DoubleStream.of(BOUNDS).filter(b -> b >= exact).min().orElseThrow();
      double below = DoubleStream.of(BOUNDS).filter(b -> b < exact).max().orElse(0);
      assertThat(distribution.quantile(quantile))
          .as("quantile %s with seed %d", quantile, seed)
          .isBetween(below * 0.99, above * 1.0101);
    }
  }

  @Test
  void export_twice_publishesEachObservationOnce() {
    try (TestSdk sdk = new TestSdk(exporter)) {
      DoubleHistogram histogram = sdk.meter().histogramBuilder("size").build();
      histogram.record(1);
      histogram.record(0);
      sdk.export();
      assertThat(sink.distribution("size").count()).isEqualTo(2);
      histogram.record(300);
      sdk.export();
      assertThat(sink.distribution("size").count()).isEqualTo(1);
      assertThat(sink.distribution("size").min()).isEqualTo(300);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cumulative_histogram_publishesTheDifference(boolean exponential) {
    Aggregation aggregation =
        exponential ? Aggregation.base2ExponentialBucketHistogram() : explicit(BOUNDS);
    try (TestSdk sdk =
        new TestSdk(
            exporter,
            AggregationTemporalitySelector.alwaysCumulative(),
            aggregation(aggregation))) {
      DoubleHistogram histogram = sdk.meter().histogramBuilder("duration").build();
      histogram.record(0.3);
      sdk.export();
      assertThat(sink.distribution("duration").count()).isEqualTo(1);
      DoubleStream.of(0.004, 4, 4).forEach(histogram::record);
      sdk.export();
      Distribution distribution = sink.distribution("duration");
      assertThat(distribution.count()).isEqualTo(3);
      assertThat(distribution.sum()).isCloseTo(8.004, within(1e-9));
      assertThat(distribution.max()).isEqualTo(4);
      sdk.export();
      assertThat(sink.names()).doesNotContain("duration");
    }
  }

  @Test
  void cumulative_restartedSdk_publishesOnlyNewObservations() {
    for (int restart = 0; restart < 3; restart++) {
      try (TestSdk sdk =
          new TestSdk(
              exporter,
              AggregationTemporalitySelector.alwaysCumulative(),
              UnaryOperator.identity())) {
        sdk.meter().histogramBuilder("duration").build().record(0.3);
        sdk.export();
        assertThat(sink.distribution("duration").count()).isEqualTo(1);
      }
    }
  }

  @Test
  void view_counterAsHistogram_isADistributionOfTheInterval() {
    UnaryOperator<SdkMeterProviderBuilder> view =
        builder ->
            builder.registerView(
                InstrumentSelector.builder().setName("batch").build(),
                View.builder().setAggregation(explicit(1, 10)).build());
    try (TestSdk sdk = new TestSdk(exporter, view)) {
      var counter = sdk.meter().counterBuilder("batch").build();
      counter.add(5);
      counter.add(7);
      sdk.export();
      assertThat(sink.distribution("batch").sum()).isEqualTo(12);
      counter.add(20);
      sdk.export();
      assertThat(sink.distribution("batch").count()).isEqualTo(1);
      assertThat(sink.distribution("batch").max()).isEqualTo(20);
    }
  }

  @Test
  void defaultAggregation_scale_bucketsAreHalfAsWideAsThoseOfADistribution() {
    assertThat(HistogramBuckets.relativeError(6)).isLessThan(0.016);
    assertThat(exporter.getDefaultAggregation(InstrumentType.HISTOGRAM).toString())
        .contains("maxBuckets=320", "maxScale=6");
    assertThat(exporter.getDefaultAggregation(InstrumentType.COUNTER))
        .isEqualTo(Aggregation.defaultAggregation());
  }
}
