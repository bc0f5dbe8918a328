package io.greenlang.metrics.prometheus.internal.scrape;

import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.metric;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.number;
import static io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody.timestamp;
import static io.greenlang.metrics.prometheus.internal.scrape.ScrapedTarget.START;
import static io.greenlang.metrics.prometheus.internal.scrape.ScrapedTarget.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.prometheus.internal.protobuf.NativeFields;
import io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody;
import io.greenlang.metrics.prometheus.internal.text.ExpositionFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Native histograms, whose difference between two scrapes is a distribution. */
@Timeout(60)
class NativeHistogramScrapeTest {

  /** The threshold of the zero bucket that libraries begin with. */
  private static final double NARROW = Math.pow(2, -128);

  private final ScrapedTarget target = new ScrapedTarget(1_000, List.of(), List.of(), Map.of());

  private static ProtobufBody body(byte[] histogram) {
    return new ProtobufBody()
        .family("h", ProtobufBody.HISTOGRAM, metric(ProtobufBody.HISTOGRAM, histogram));
  }

  private List<Metric> scrape(NativeFields histogram) throws IOException {
    return target.protobuf(body(histogram.toMessage()));
  }

  private static Distribution only(List<Metric> samples) {
    assertThat(samples).hasSize(1);
    Metric sample = samples.get(0);
    assertThat(sample.name()).isEqualTo("h");
    assertThat(sample.type()).isEqualTo(MetricType.HISTOGRAM);
    if (sample.detail() instanceof Distribution distribution) {
      return distribution;
    }
    throw new AssertionError("no distribution: " + sample);
  }

  private void assertNoLoss() {
    assertThat(target.report.counts().badLines()).isZero();
    assertThat(target.report.counts().unpublishable()).isZero();
    assertThat(target.report.counts().overLimit()).isZero();
  }

  @Test
  void read_twoScrapes_yieldTheirDifference() throws IOException {
    NativeFields histogram = new NativeFields(3, NARROW).observeAll(1, 500);
    assertThat(scrape(histogram)).isEmpty();
    Distribution distribution = only(scrape(histogram.observe(7).observe(0).observe(-20)));
    assertThat(distribution.count()).isEqualTo(3);
    assertThat(distribution.sum()).isEqualTo(-13);
    double error = HistogramBuckets.relativeError(3);
    assertThat(distribution.quantile(0)).isCloseTo(-20, within(20 * error));
    assertThat(distribution.quantile(0.5)).isZero();
    assertThat(distribution.quantile(1)).isCloseTo(7, within(7 * error));
    assertThat(scrape(histogram)).isEmpty();
    assertNoLoss();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3, 5, 8})
  void read_anySchema_hasQuantilesWithinTheStatedError(int schema) throws IOException {
    NativeFields histogram = new NativeFields(schema, NARROW).observe(1);
    scrape(histogram);
    Random random = new Random(schema);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      double value = Math.exp(4 * random.nextGaussian()) * (random.nextInt(4) == 0 ? -1 : 1);
      values.add(value);
      histogram.observe(value);
    }
    Distribution distribution = only(scrape(histogram));
    Collections.sort(values);
    assertThat(distribution.count()).isEqualTo(values.size());
    double error = HistogramBuckets.relativeError(schema);
    for (double fraction : new double[] {0.1, 0.5, 0.9, 0.99}) {
      double exact = values.get((int) Math.ceil(fraction * values.size()) - 1);
      assertThat(distribution.quantile(fraction))
          .as("quantile %s", fraction)
          .isCloseTo(exact, within(Math.abs(exact) * error * 1.000_001));
    }
    assertNoLoss();
  }

  @Test
  void read_countThatDecreases_isARestart() throws IOException {
    scrape(new NativeFields(3, NARROW).observeAll(1, 500));
    Distribution distribution = only(scrape(new NativeFields(3, NARROW).observeAll(1, 9)));
    assertThat(distribution.count()).isEqualTo(9);
    assertThat(distribution.sum()).isEqualTo(45);
  }

  @Test
  void read_laterCreated_isARestartForAllCounts() throws IOException {
    NativeFields histogram = new NativeFields(3, NARROW).observeAll(1, 9);
    long start = START.getEpochSecond();
    target.protobuf(body(histogram.toMessage(timestamp(start - 60, 0))));
    histogram.observe(1);
    Distribution distribution =
        only(target.protobuf(body(histogram.toMessage(timestamp(start, 500_000_000)))));
    assertThat(distribution.count()).isEqualTo(10);
  }

  @Test
  void read_newHistogramOfAKnownTarget_countsFromItsCreation() throws IOException {
    target.protobuf(new ProtobufBody());
    byte[] created = timestamp(START.getEpochSecond(), 500_000_000);
    NativeFields histogram = new NativeFields(3, NARROW).observeAll(1, 9);
    assertThat(only(target.protobuf(body(histogram.toMessage(created)))).count()).isEqualTo(9);
  }

  @Test
  void read_histogramCreatedBeforeTheAnswerArrives_countsFromItsCreation() throws IOException {
    target.answerTime = Duration.ofMillis(200);
    target.protobuf(new ProtobufBody());
    byte[] created = timestamp(START.getEpochSecond(), 100_000_000);
    NativeFields histogram = new NativeFields(3, NARROW).observeAll(1, 9);
    assertThat(only(target.protobuf(body(histogram.toMessage(created)))).count()).isEqualTo(9);
  }

  @Test
  void read_missingFromOneScrape_countsNoObservationTwice() throws IOException {
    target.protobuf(new ProtobufBody());
    byte[] created = timestamp(START.getEpochSecond(), 500_000_000);
    NativeFields histogram = new NativeFields(3, NARROW).observeAll(1, 9);
    assertThat(only(target.protobuf(body(histogram.toMessage(created)))).count()).isEqualTo(9);
    target.protobuf(new ProtobufBody());
    assertThat(target.protobuf(body(histogram.observe(1).toMessage(created)))).isEmpty();
    assertThat(only(target.protobuf(body(histogram.observe(1).toMessage(created)))).count())
        .isEqualTo(1);
  }

  /** To limit its buckets, a library moves the smallest ones into a wider zero bucket. */
  @ParameterizedTest
  @CsvSource({"0, 0.015625", "3e-39, 0.015625", "0.0001220703125, 0.015625"})
  void read_zeroBucketThatWidens_countsEachObservationOnce(double narrow, double wide)
      throws IOException {
    NativeFields before = new NativeFields(3, narrow);
    NativeFields after = new NativeFields(3, wide);
    for (double value : new double[] {0, 0.00001, 0.001, -0.002, 0.014, wide, 0.016, -3, 5}) {
      before.observe(value);
      after.observe(value);
    }
    scrape(before);
    Distribution distribution = only(scrape(after.observe(0.01).observe(8)));
    assertThat(distribution.count()).isEqualTo(2);
    assertThat(distribution.quantile(0)).isZero();
  }

  @Test
  void read_zeroBucketThatNarrows_isARestart() throws IOException {
    scrape(new NativeFields(3, 0.015625).observe(5));
    NativeFields restarted = new NativeFields(3, NARROW).observe(5).observe(6);
    assertThat(only(scrape(restarted)).count()).isEqualTo(2);
  }

  @Test
  void read_schemaThatIsLowered_countsEachObservationOnce() throws IOException {
    scrape(new NativeFields(8, NARROW).observeAll(1, 300));
    NativeFields lowered = new NativeFields(2, NARROW).observeAll(1, 300).observeAll(11, 14);
    assertThat(only(scrape(lowered)).count()).isEqualTo(4);
  }

  @Test
  void read_observationsWithoutABucket_areLeftOut() throws IOException {
    NativeFields histogram = new NativeFields(3, NARROW).observe(1);
    scrape(histogram);
    Distribution distribution = only(scrape(histogram.observe(Double.NaN).observe(2)));
    assertThat(distribution.count()).isEqualTo(1);
    assertThat(distribution.sum()).isCloseTo(2, within(2 * HistogramBuckets.relativeError(3)));
    assertNoLoss();
  }

  @Test
  void read_gaugeHistogram_yieldsPresentParts() throws IOException {
    byte[] histogram = new NativeFields(3, NARROW).observeAll(1, 4).toMessage();
    for (int i = 0; i < 2; i++) {
      ProtobufBody body =
          new ProtobufBody()
              .family(
                  "h",
                  ProtobufBody.GAUGE_HISTOGRAM,
                  metric(ProtobufBody.GAUGE_HISTOGRAM, histogram));
      assertThat(only(target.protobuf(body)).count()).isEqualTo(4);
    }
  }

  @Test
  void read_sameSeriesTwice_keepsTheFirst() throws IOException {
    for (int i = 0; i < 2; i++) {
      byte[] value = new NativeFields(3, NARROW).observeAll(1, 4 + i).toMessage();
      List<Metric> samples =
          target.protobuf(
              new ProtobufBody()
                  .family(
                      "h",
                      ProtobufBody.HISTOGRAM,
                      metric(ProtobufBody.HISTOGRAM, value, "a", "1", "b", "2"),
                      metric(ProtobufBody.HISTOGRAM, value, "a", "1", "b", "2"),
                      metric(ProtobufBody.HISTOGRAM, value, "b", "2", "a", "1")));
      assertThat(samples).hasSize(i);
      assertThat(target.report.counts().badLines()).isEqualTo(2L * (i + 1));
    }
  }

  @Test
  void read_bucketsBeyondTheLimit_areLeftOut() throws IOException {
    ScrapedTarget limited = new ScrapedTarget(3, List.of(), List.of(), Map.of());
    byte[] small = new NativeFields(3, NARROW).observe(1).toMessage();
    byte[] large = new NativeFields(3, NARROW).observe(1e-9).observe(1e9).toMessage();
    limited.protobuf(
        new ProtobufBody()
            .family(
                "h",
                ProtobufBody.HISTOGRAM,
                metric(ProtobufBody.HISTOGRAM, small),
                metric(ProtobufBody.HISTOGRAM, large, "size", "large"),
                metric(ProtobufBody.HISTOGRAM, small, "size", "small")));
    // About 480 buckets of schema 3 lie between the two observations.
    assertThat(limited.report.counts().overLimit()).isEqualTo(1);
  }

  @Test
  void read_timesOfCreation_haveALimitOfTheirOwn() throws IOException {
    ScrapedTarget limited = new ScrapedTarget(3, List.of(), List.of(), Map.of());
    byte[] counter =
        ProtobufBody.message(
            out -> {
              out.writeDouble(1, 5);
              out.writeByteArray(3, timestamp(START.getEpochSecond(), 0));
            });
    byte[][] metrics = new byte[3][];
    for (int i = 0; i < metrics.length; i++) {
      metrics[i] = metric(ProtobufBody.COUNTER, counter, "i", String.valueOf(i));
    }
    ProtobufBody body = new ProtobufBody().family("c_total", ProtobufBody.COUNTER, metrics);
    assertThat(limited.protobuf(body)).hasSize(3);
    assertThat(limited.report.counts().overLimit()).isZero();
  }

  @Test
  void read_sameFamiliesInEachFormat_areTheSameSeries() throws IOException {
    byte[] summary =
        ProtobufBody.message(
            out -> {
              out.writeUInt64(1, 34);
              out.writeDouble(2, 12);
            });
    ProtobufBody body =
        new ProtobufBody()
            .family(
                "requests_total",
                ProtobufBody.COUNTER,
                metric(ProtobufBody.COUNTER, number(5), "code", "200", "empty", ""))
            .family("depth", ProtobufBody.GAUGE, metric(ProtobufBody.GAUGE, number(-2.5)))
            .family("any", ProtobufBody.UNTYPED, metric(ProtobufBody.UNTYPED, number(7)))
            .family("rpc_seconds", ProtobufBody.SUMMARY, metric(ProtobufBody.SUMMARY, summary));
    List<String> expected =
        shown(
            target.text(
                "# TYPE requests_total counter",
                "requests_total{code=\"200\",empty=\"\"} 5",
                "# TYPE depth gauge",
                "depth -2.5",
                "any 7",
                "# TYPE rpc_seconds summary",
                "rpc_seconds_sum 12",
                "rpc_seconds_count 34"));
    assertThat(shown(target.protobuf(body))).containsExactlyElementsOf(expected).hasSize(5);
    assertThat(target.descriptions())
        .anyMatch(each -> "The help of depth".equals(each.description()));
    assertNoLoss();
  }

  @Test
  void read_incompleteBody_leavesTheStateAsItWas() throws IOException {
    NativeFields histogram = new NativeFields(3, NARROW).observeAll(1, 9);
    scrape(histogram);
    byte[] cut = body(histogram.observe(1).toMessage()).toByteArray();
    assertThatThrownBy(
            () -> target.read(ExpositionFormat.PROTOBUF, Arrays.copyOf(cut, cut.length - 1)))
        .isInstanceOf(IOException.class);
    assertThat(only(scrape(histogram.observe(2))).count()).isEqualTo(2);
  }

  @Test
  void read_mutatedBodies_accountForEachLoss() throws IOException {
    byte[] valid =
        body(new NativeFields(3, NARROW).observeAll(-20, 20).toMessage(timestamp(1, 2)))
            .family(
                "c_total", ProtobufBody.COUNTER, metric(ProtobufBody.COUNTER, number(5), "a", "b"))
            .toByteArray();
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] body = valid.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(target.read(ExpositionFormat.PROTOBUF, body).size()).isLessThanOrEqualTo(3);
      } catch (IOException e) {
        assertThat(e).as("seed %d", seed).hasMessageContaining("incomplete");
      }
    }
  }
}
