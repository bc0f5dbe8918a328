package io.greenlang.metrics.prometheus.internal.scrape;

import static io.greenlang.metrics.prometheus.internal.scrape.ScrapedTarget.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Classic histograms, whose difference between two scrapes is a distribution. */
@Timeout(60)
class HistogramScrapeTest {

  private final ScrapedTarget target = new ScrapedTarget();

  /** Returns the lines of a histogram with the bounds 1, 10 and infinity. */
  private static String[] histogram(long upTo1, long upTo10, long all, double sum) {
    return new String[] {
      "# TYPE h histogram",
      "h_bucket{le=\"1\"} " + upTo1,
      "h_bucket{le=\"10\"} " + upTo10,
      "h_bucket{le=\"+Inf\"} " + all,
      "h_sum " + sum,
      "h_count " + all,
    };
  }

  private static String[] with(String[] lines, String... more) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static Distribution only(List<Metric> samples) {
    assertThat(samples).hasSize(1);
    Metric sample = samples.get(0);
    assertThat(sample.name()).isEqualTo("h");
    assertThat(sample.type()).isEqualTo(MetricType.HISTOGRAM);
    assertThat(sample.tags().get("le")).isNull();
    return distributionOf(sample);
  }

  private static Distribution distributionOf(Metric sample) {
    if (sample.detail() instanceof Distribution distribution) {
      return distribution;
    }
    throw new AssertionError("no distribution: " + sample);
  }

  @Test
  void read_twoScrapes_yieldTheirDifference() throws IOException {
    assertThat(target.text(histogram(100, 200, 300, 4_000))).isEmpty();
    Distribution distribution = only(target.text(histogram(103, 210, 311, 4_050.5)));
    assertThat(distribution.count()).isEqualTo(11);
    assertThat(distribution.sum()).isEqualTo(50.5);
    // 3 up to 1, 7 up to 10, 1 above
    assertThat(distribution.quantile(0.2)).isLessThanOrEqualTo(1.01);
    assertThat(distribution.quantile(0.6)).isBetween(1.0, 10.1);
    assertThat(target.report.counts().unpublishable()).isZero();
  }

  @Test
  void read_noObservationBetweenScrapes_yieldsNothing() throws IOException {
    target.text(histogram(1, 2, 3, 4));
    assertThat(target.text(histogram(1, 2, 3, 4))).isEmpty();
    assertThat(only(target.text(histogram(2, 3, 4, 5))).count()).isEqualTo(1);
  }

  @Test
  void read_manyScrapes_countEachObservationOnce() throws IOException {
    long total = 0;
    target.text(histogram(5, 5, 5, 5));
    for (int i = 1; i <= 20; i++) {
      total += only(target.text(histogram(5 + i, 5 + 2 * i, 5 + 3 * i, i))).count();
    }
    assertThat(total).isEqualTo(60);
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 3", "99, 200, 300", "100, 200, 299", "0, 0, 1"})
  void read_countThatDecreases_isARestart(long upTo1, long upTo10, long all) throws IOException {
    target.text(histogram(100, 200, 300, 4_000));
    Distribution distribution = only(target.text(histogram(upTo1, upTo10, all, 7)));
    assertThat(distribution.count()).isEqualTo(all);
    assertThat(distribution.sum()).isEqualTo(7);
  }

  @Test
  void read_laterCreated_isARestartForAllCounts() throws IOException {
    double first = START.getEpochSecond() - 60.0;
    target.openMetrics(with(histogram(1, 2, 3, 4), "h_created " + first));
    double second = START.getEpochSecond() + 0.5;
    Distribution distribution =
        only(target.openMetrics(with(histogram(5, 6, 7, 8), "h_created " + second)));
    assertThat(distribution.count()).isEqualTo(7);
    assertThat(distribution.sum()).isEqualTo(8);
  }

  @Test
  void read_newHistogramOfAKnownTarget_countsFromItsCreation() throws IOException {
    target.openMetrics();
    double created = START.getEpochSecond() + 0.5;
    Distribution distribution =
        only(target.openMetrics(with(histogram(1, 2, 3, 4), "h_created " + created)));
    assertThat(distribution.count()).isEqualTo(3);
  }

  /** The target has written an answer of 200 ms before the histogram begins. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void read_histogramCreatedBeforeTheAnswerArrives_countsFromItsCreation(int earlierScrapes)
      throws IOException {
    target.answerTime = Duration.ofMillis(200);
    for (int i = 0; i < earlierScrapes; i++) {
      target.openMetrics();
    }
    double created = target.clock.wallTimeMillis() / 1_000.0 + 0.1;
    target.openMetrics();
    Distribution distribution =
        only(target.openMetrics(with(histogram(1, 2, 3, 4), "h_created " + created)));
    assertThat(distribution.count()).isEqualTo(3);
  }

  /** By its time of creation alone, it could be a new histogram. */
  @Test
  void read_missingFromOneScrape_countsNoObservationTwice() throws IOException {
    target.openMetrics();
    String created = "h_created " + (START.getEpochSecond() + 0.5);
    assertThat(only(target.openMetrics(with(histogram(1, 2, 3, 4), created))).count()).isEqualTo(3);
    target.openMetrics();
    assertThat(target.openMetrics(with(histogram(2, 4, 6, 8), created))).isEmpty();
    assertThat(only(target.openMetrics(with(histogram(2, 4, 7, 9), created))).count()).isEqualTo(1);
    target.openMetrics("# TYPE h histogram", created);
    assertThat(target.openMetrics(with(histogram(2, 4, 8, 9), created)))
        .as("only the time of creation remained")
        .isEmpty();
  }

  @Test
  void read_otherBuckets_beginAgain() throws IOException {
    target.text(histogram(1, 2, 3, 4));
    assertThat(
            target.text("# TYPE h histogram", "h_bucket{le=\"5\"} 9", "h_bucket{le=\"+Inf\"} 10"))
        .isEmpty();
    assertThat(target.report.counts().unpublishable()).isEqualTo(1);
    assertThat(
            only(target.text(
                    "# TYPE h histogram", "h_bucket{le=\"5\"} 10", "h_bucket{le=\"+Inf\"} 12"))
                .count())
        .isEqualTo(2);
  }

  @Test
  void read_bucketsThatContradictEachOther_countAtTheNextScrape() throws IOException {
    target.text(histogram(1, 2, 3, 4));
    // The bucket of 1 was read before an observation of 0.5, and the others after it.
    assertThat(target.text(histogram(4, 3, 5, 6))).isEmpty();
    assertThat(target.report.counts().unpublishable()).isEqualTo(1);
    assertThat(only(target.text(histogram(4, 5, 6, 7))).count()).isEqualTo(3);
  }

  @Test
  void read_incompleteHistograms_loseOnlyThemselves() throws IOException {
    for (int i = 1; i <= 2; i++) {
      assertThat(
              ScrapedTarget.shown(
                  target.text(
                      "# TYPE a histogram",
                      "a_bucket{le=\"1\"} 1",
                      "# TYPE b histogram",
                      "b_bucket{le=\"2\"} 1",
                      "b_bucket{le=\"1\"} 2",
                      "b_bucket{le=\"+Inf\"} 3",
                      "# TYPE c histogram",
                      "c_bucket{le=\"+Inf\"} -1",
                      "# TYPE d histogram",
                      "d_bucket 1",
                      "d_bucket{le=\"x\"} 1",
                      "# TYPE e histogram",
                      "e_sum 1",
                      "f 1")))
          .containsExactly("gauge f{} 1.0");
      assertThat(target.report.counts().unpublishable()).isEqualTo(4L * i);
      assertThat(target.report.counts().badLines()).isEqualTo(2L * i);
    }
  }

  @Test
  void read_histogramsByLabel_areSeparate() throws IOException {
    for (int i = 1; i <= 2; i++) {
      List<Metric> samples =
          target.text(
              "# TYPE h histogram",
              "h_bucket{path=\"/a\",le=\"1\"} " + i,
              "h_bucket{path=\"/a\",le=\"+Inf\"} " + i,
              "h_bucket{path=\"/b\",le=\"1\"} 0",
              "h_bucket{path=\"/b\",le=\"+Inf\"} " + 2 * i);
      assertThat(samples).hasSize(i == 1 ? 0 : 2);
      if (i == 2) {
        assertThat(samples).extracting(each -> each.tags().get("path")).containsExactly("/a", "/b");
        assertThat(samples)
            .extracting(each -> distributionOf(each).count())
            .containsExactly(1L, 2L);
      }
    }
  }

  @Test
  void read_gaugeHistogram_yieldsPresentParts() throws IOException {
    for (int i = 0; i < 2; i++) {
      Distribution distribution =
          only(
              target.openMetrics(
                  "# TYPE h gaugehistogram",
                  "h_bucket{le=\"1\"} 1",
                  "h_bucket{le=\"+Inf\"} 4",
                  "h_gcount 4",
                  "h_gsum 9"));
      assertThat(distribution.count()).isEqualTo(4);
      assertThat(distribution.sum()).isEqualTo(9);
    }
  }

  @Test
  void read_negativeObservations_areNoRestart() throws IOException {
    String[] first = {
      "# TYPE h histogram", "h_bucket{le=\"-1\"} 1", "h_bucket{le=\"+Inf\"} 1", "h_sum -5"
    };
    String[] second = {
      "# TYPE h histogram", "h_bucket{le=\"-1\"} 2", "h_bucket{le=\"+Inf\"} 2", "h_sum -8"
    };
    target.text(first);
    Distribution distribution = only(target.text(second));
    assertThat(distribution.count()).isEqualTo(1);
    assertThat(distribution.sum()).isEqualTo(-3);
  }
}
