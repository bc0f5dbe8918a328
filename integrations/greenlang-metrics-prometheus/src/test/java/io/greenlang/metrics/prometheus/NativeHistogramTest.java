package io.greenlang.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.prometheus.internal.protobuf.NativeFields;
import io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Native histograms that a Prometheus server of Debian reads from the same target. */
@Timeout(240)
class NativeHistogramTest {

  private static final int SCHEMA = 5;
  private static final int OBSERVATIONS = 5_000;

  @TempDir Path folder;

  private static byte[] body(NativeFields histogram) {
    return new ProtobufBody()
        .family(
            "h",
            ProtobufBody.HISTOGRAM,
            ProtobufBody.metric(ProtobufBody.HISTOGRAM, histogram.toMessage(), "path", "/a"))
        .toByteArray();
  }

  @Test
  void collect_asPrometheusScrapes_yieldsTheSameObservations() throws Exception {
    try (TestTarget target = new TestTarget();
        PrometheusServer prometheus =
            new PrometheusServer(
                folder,
                target.uri().getAuthority(),
                "none",
                "--enable-feature=native-histograms")) {
      NativeFields histogram = new NativeFields(SCHEMA, Math.pow(2, -128));
      PrometheusSource source = PrometheusSource.scrape(target.uri());
      target.answer(TestTarget.PROTOBUF, body(histogram));
      assertThat(source.collect()).isEmpty();
      Random random = new Random(1);
      for (int i = 0; i < OBSERVATIONS; i++) {
        histogram.observe(Math.exp(3 * random.nextGaussian()) * (random.nextInt(5) - 1));
      }
      target.answer(TestTarget.PROTOBUF, body(histogram));
      Metric sample = source.collect().iterator().next();
      while (prometheus.query("histogram_count(h)") != OBSERVATIONS) {
        assertThat(source.collect()).as("nothing was observed since").isEmpty();
      }
      assertThat(sample.tags().get("path")).isEqualTo("/a");
      if (sample.detail() instanceof Distribution distribution) {
        assertSame(distribution, prometheus);
      } else {
        throw new AssertionError("no distribution: " + sample);
      }
    }
  }

  private static void assertSame(Distribution distribution, PrometheusServer prometheus)
      throws Exception {
    assertThat(distribution.count()).isEqualTo(OBSERVATIONS);
    assertThat(distribution.sum()).isCloseTo(prometheus.query("histogram_sum(h)"), within(1e-6));
    // Prometheus interpolates within the bucket of a quantile.
    double error = 2 * HistogramBuckets.relativeError(SCHEMA);
    for (double fraction : new double[] {0.05, 0.3, 0.5, 0.9, 0.99}) {
      double theirs = prometheus.query("histogram_quantile(" + fraction + ", h)");
      assertThat(distribution.quantile(fraction))
          .as("quantile %s", fraction)
          .isCloseTo(theirs, within(Math.abs(theirs) * error + 1e-9));
    }
  }
}
