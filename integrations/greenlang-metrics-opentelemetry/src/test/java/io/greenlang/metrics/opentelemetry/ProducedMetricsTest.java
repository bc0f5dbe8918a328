package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.temporality.SeriesStates;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableGaugeData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableHistogramData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableMetricData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableSumData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableSummaryData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Metrics that no SDK measures, but a producer registered with it can contain. */
class ProducedMetricsTest {

  private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("test");
  private static final long FIRST_START = 1_000_000_000L;

  private final RecordingSink sink = new RecordingSink();
  private final GreenlangMetricExporter exporter = GreenlangMetricExporter.create(sink);

  private void export(MetricData... metrics) {
    assertThat(exporter.export(List.of(metrics)).isSuccess()).isTrue();
  }

  private static MetricData summary(double median) {
    SummaryPointData point =
        SummaryPointData.create(
            FIRST_START,
            2 * FIRST_START,
            Attributes.empty(),
            7,
            3.5,
            List.of(ValueAtQuantile.create(0.5, median), ValueAtQuantile.create(0.99, Double.NaN)));
    return ImmutableMetricData.createDoubleSummary(
        Resource.empty(),
        SCOPE,
        "latency",
        "Latency",
        "s",
        ImmutableSummaryData.create(List.of(point)));
  }

  private static MetricData histogram(long startNanos, long... counts) {
    HistogramPointData point =
        HistogramPointData.create(
            startNanos,
            startNanos + 1,
            Attributes.empty(),
            10,
            false,
            0,
            false,
            0,
            List.of(1.0, 10.0),
            Arrays.stream(counts).boxed().toList());
    return ImmutableMetricData.createDoubleHistogram(
        Resource.empty(),
        SCOPE,
        "size",
        "",
        "",
        ImmutableHistogramData.create(AggregationTemporality.CUMULATIVE, List.of(point)));
  }

  private static MetricData deltaSum(double increment) {
    return ImmutableMetricData.createDoubleSum(
        Resource.empty(),
        SCOPE,
        "total",
        "",
        "",
        ImmutableSumData.create(
            true,
            AggregationTemporality.DELTA,
            List.of(DoublePointData.create(0, 1, Attributes.empty(), increment, List.of()))));
  }

  private @Nullable Long countOfSize() {
    return sink.metrics().stream()
        .filter(each -> each.name().equals("size"))
        .map(each -> each.detail() instanceof Distribution d ? d.count() : 0L)
        .findFirst()
        .orElse(null);
  }

  @Test
  void summary_quantiles_areGaugesWithATag() {
    export(summary(0.25));
    assertThat(sink.names()).containsExactly("latency", "latency.count", "latency.total");
    assertThat(sink.only("latency").tags()).isEqualTo(Tags.of("quantile", "0.5"));
    assertThat(sink.only("latency").value()).isEqualTo(0.25);
    assertThat(sink.only("latency.count").value()).isEqualTo(7);
    assertThat(sink.only("latency.total").value()).isEqualTo(3.5);
    assertThat(sink.descriptions()).extracting(each -> each.unit()).containsExactly("s", "1", "s");
  }

  @Test
  void summary_infiniteQuantile_isLeftOut() {
    export(summary(Double.POSITIVE_INFINITY));
    assertThat(sink.metrics()).isEmpty();
    assertThat(exporter.skipped()).isEqualTo(1);
  }

  @Test
  void cumulativeHistogram_startedBeforeTheExporter_countsFromTheFirstExport() {
    export(histogram(FIRST_START, 5, 5, 5));
    assertThat(countOfSize()).isNull();
    export(histogram(FIRST_START, 5, 7, 5));
    assertThat(countOfSize()).isEqualTo(2);
    export(histogram(FIRST_START, 5, 7, 5));
    assertThat(countOfSize()).isNull();
  }

  @Test
  void cumulativeHistogram_restarted_countsAllSinceTheRestart() {
    export(histogram(FIRST_START, 5, 5, 5));
    export(histogram(2 * FIRST_START, 6, 6, 6)); // grown, but it is another process
    assertThat(countOfSize()).isEqualTo(18);
    export(histogram(2 * FIRST_START, 0, 1, 0)); // a restart that the producer does not mark
    assertThat(countOfSize()).isEqualTo(1);
  }

  /** The producer outlives the state of its series. */
  @Test
  void cumulativeHistogram_silentForLong_isBaselineAgain() {
    SeriesStates<SeriesOrigin> states =
        new SeriesStates<>(SeriesOrigin::characters, 100_000, MetricConverter.IDLE_TIME.toNanos());
    MetricConverter converter =
        new MetricConverter(
            GreenlangMetricExporter.DEFAULT_CHANNEL, new SeriesTags(Set.of(), false), states);
    long start = (System.currentTimeMillis() + 60_000) * 1_000_000;
    assertThat(converter.convert(List.of(histogram(start, 5, 5, 5))).metrics()).hasSize(1);
    states.discardIdle(
        System.nanoTime() + 2 * MetricConverter.IDLE_TIME.toNanos(),
        System.currentTimeMillis() + 2 * MetricConverter.IDLE_TIME.toMillis());
    assertThat(states.size()).isZero();
    ExportedSamples afterSilence = converter.convert(List.of(histogram(start, 5, 6, 5)));
    assertThat(afterSilence.metrics()).isEmpty();
    assertThat(afterSilence.skipped()).isZero();
    assertThat(converter.convert(List.of(histogram(start, 5, 6, 7))).metrics())
        .extracting(each -> each.detail() instanceof Distribution d ? d.count() : 0L)
        .containsExactly(2L);
  }

  @Test
  void cumulativeHistogram_fewerObservationsInABucket_isSkippedWithReason() {
    export(histogram(FIRST_START, 5, 5, 5));
    export(histogram(FIRST_START, 4, 8, 5));
    assertThat(countOfSize()).isNull();
    assertThat(exporter.skipped()).isEqualTo(1);
    export(histogram(FIRST_START, 4, 9, 5));
    assertThat(countOfSize()).isEqualTo(1);
  }

  @Test
  void deltaSum_invalidIncrement_doesNotChangeTheTotal() {
    export(deltaSum(2));
    assertThat(sink.only("total").detail()).isNull();
    for (double increment : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      export(deltaSum(increment));
      assertThat(sink.metrics()).isEmpty();
    }
    export(deltaSum(3));
    assertThat(sink.only("total").value()).isEqualTo(5);
    assertThat(exporter.skipped()).isEqualTo(3);
  }

  @Test
  void convert_seriesWithoutMemoryForTheirState_areLeftOut() {
    SeriesStates<SeriesOrigin> states = new SeriesStates<>(SeriesOrigin::characters, 1_000, 1);
    MetricConverter converter =
        new MetricConverter(
            GreenlangMetricExporter.DEFAULT_CHANNEL, new SeriesTags(Set.of(), false), states);
    List<DoublePointData> points = new ArrayList<>();
    for (long i = 0; i < 10; i++) {
      Attributes attributes = Attributes.builder().put("id", i).build();
      points.add(DoublePointData.create(1, 2, attributes, 1, List.of()));
    }
    MetricData sums =
        ImmutableMetricData.createDoubleSum(
            Resource.empty(),
            SCOPE,
            "total",
            "",
            "",
            ImmutableSumData.create(true, AggregationTemporality.DELTA, points));
    ExportedSamples samples = converter.convert(List.of(sums));
    assertThat(samples.metrics()).hasSize(3);
    assertThat(samples.skipped()).isEqualTo(7);
    assertThat(samples.firstProblem()).contains("too many series or buckets", "with a view");
  }

  @Test
  void samples_ofSummaryAndCounter_doNotShareASeries() {
    MetricData counter =
        ImmutableMetricData.createDoubleSum(
            Resource.empty(),
            SCOPE,
            "latency.count",
            "",
            "",
            ImmutableSumData.create(
                true,
                AggregationTemporality.CUMULATIVE,
                List.of(DoublePointData.create(1, 2, Attributes.empty(), 1, List.of()))));
    export(counter, summary(1));
    assertThat(sink.metrics()).extracting(Metric::value).containsExactly(1.0);
    assertThat(exporter.skipped()).isEqualTo(1);
  }

  @Test
  void export_moreSeriesThanAllowed_leavesOutTheRest() {
    List<DoublePointData> points = new ArrayList<>();
    for (long i = 0; i < MetricConverter.MAX_SERIES + 3; i++) {
      Attributes attributes = Attributes.builder().put("id", i).build();
      points.add(DoublePointData.create(1, 2, attributes, 1, List.of()));
    }
    export(
        ImmutableMetricData.createDoubleGauge(
            Resource.empty(), SCOPE, "level", "", "", ImmutableGaugeData.create(points)));
    assertThat(sink.metrics()).hasSize(MetricConverter.MAX_SERIES);
    assertThat(exporter.skipped()).isEqualTo(3);
  }
}
