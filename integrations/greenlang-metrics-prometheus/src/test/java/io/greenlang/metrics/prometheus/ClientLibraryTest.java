package io.greenlang.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.Metric;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.core.metrics.StateSet;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metrics that Prometheus' client library for Java counts and exposes. */
@Timeout(60)
class ClientLibraryTest {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private TestTarget target;
  private PrometheusSource source;

  @BeforeEach
  void start() throws IOException {
    target = new TestTarget();
    source = PrometheusSource.scrape(target.uri());
  }

  @AfterEach
  void stop() {
    target.close();
  }

  /** Scrapes the registry in a format. */
  private Collection<Metric> scrape(ExpositionFormatWriter writer) throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    writer.write(body, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    target.answer(writer.getContentType(), body.toByteArray());
    return source.collect();
  }

  private Collection<Metric> scrape() throws Exception {
    return scrape(new PrometheusProtobufWriter());
  }

  private static Distribution only(Collection<Metric> samples) {
    assertThat(samples).hasSize(1);
    Metric sample = samples.iterator().next();
    assertThat(sample.tags().get("path")).isEqualTo("/a");
    if (sample.detail() instanceof Distribution distribution) {
      return distribution;
    }
    throw new AssertionError("no distribution: " + sample);
  }

  @ParameterizedTest
  @CsvSource({"0", "3", "5", "8"})
  void nativeHistogram_anySchema_hasQuantilesWithinTheStatedError(int schema) throws Exception {
    Histogram histogram =
        Histogram.builder()
            .name("h")
            .nativeOnly()
            .nativeInitialSchema(schema)
            .nativeMaxNumberOfBuckets(0) // so that the schema stays
            .labelNames("path")
            .register(registry);
    histogram.labelValues("/a").observe(1);
    assertThat(scrape()).isEmpty();
    Random random = new Random(schema);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      double value = Math.exp(3 * random.nextGaussian()) * (random.nextInt(4) == 0 ? -1 : 1);
      values.add(value);
      histogram.labelValues("/a").observe(value);
    }
    Collections.sort(values);
    Distribution distribution = only(scrape());
    assertThat(distribution.count()).isEqualTo(values.size());
    double error = HistogramBuckets.relativeError(schema);
    for (double fraction : new double[] {0.05, 0.5, 0.9, 0.99}) {
      double exact = values.get((int) Math.ceil(fraction * values.size()) - 1);
      assertThat(distribution.quantile(fraction))
          .as("quantile %s", fraction)
          .isCloseTo(exact, within(Math.abs(exact) * error * 1.000_001));
    }
  }

  /** The library widens its zero bucket and lowers its schema, to have at most 20 buckets. */
  @Test
  void nativeHistogram_thatLimitsItsBuckets_countsEachObservationOnce() throws Exception {
    Histogram histogram =
        Histogram.builder()
            .name("h")
            .nativeOnly()
            .nativeInitialSchema(5)
            .nativeMaxNumberOfBuckets(20)
            .nativeMinZeroThreshold(1e-6)
            .nativeMaxZeroThreshold(0.1)
            .labelNames("path")
            .register(registry);
    histogram.labelValues("/a").observe(1);
    assertThat(scrape()).isEmpty();
    Random random = new Random(1);
    for (int i = 1; i <= 100; i++) {
      double sum = 0;
      for (int j = 0; j < i; j++) {
        double value = Math.exp(i / 20.0 * random.nextGaussian());
        sum += value;
        histogram.labelValues("/a").observe(value);
      }
      Distribution distribution = only(scrape());
      assertThat(distribution.count()).as("scrape %d", i).isEqualTo(i);
      assertThat(distribution.sum()).isCloseTo(sum, within(1e-6 * sum));
    }
    assertThat(source.stats().badLines()).isZero();
    assertThat(source.stats().unpublishable()).isZero();
  }

  @Test
  void histogram_withBothKindsOfBuckets_isReadOnce() throws Exception {
    Histogram histogram =
        Histogram.builder().name("h").labelNames("path").register(registry); // both by default
    histogram.labelValues("/a").observe(1);
    assertThat(scrape()).isEmpty();
    histogram.labelValues("/a").observe(3);
    histogram.labelValues("/a").observe(3);
    Distribution distribution = only(scrape());
    assertThat(distribution.count()).isEqualTo(2);
    // Classic buckets of the library end at 2.5 and 5.
    assertThat(distribution.quantile(0.5)).isCloseTo(3, within(0.1));
  }

  @Test
  void families_inEachFormat_areTheSameSeries() throws Exception {
    Counter.builder().name("requests").help("Requests").labelNames("code").register(registry);
    Counter errors = Counter.builder().name("errors_total").labelNames("code").register(registry);
    errors.labelValues("5\"0\\0").inc(7);
    Gauge.builder().name("depth").unit(Unit.BYTES).help("Depth").register(registry).set(-2.5);
    Info.builder().name("build").labelNames("version").register(registry).addLabelValues("1.2");
    StateSet.builder().name("shape").states("round", "square").register(registry).setTrue("round");
    Summary summary =
        Summary.builder().name("rpc").unit(Unit.SECONDS).quantile(0.95).register(registry);
    summary.observe(3);
    List<String> expected = shown(scrape(PrometheusTextFormatWriter.create()));
    assertThat(expected).hasSize(8);
    assertThat(shown(scrape())).containsExactlyElementsOf(expected);
    assertThat(shown(scrape(OpenMetricsTextFormatWriter.create())))
        .containsExactlyElementsOf(expected);
    assertThat(source.stats().badLines()).isZero();
    assertThat(source.stats().unpublishable()).isZero();
  }

  private static List<String> shown(Collection<Metric> samples) {
    return samples.stream()
        .map(each -> each.type() + " " + each.name() + each.tags() + " " + each.value())
        .sorted()
        .toList();
  }
}
