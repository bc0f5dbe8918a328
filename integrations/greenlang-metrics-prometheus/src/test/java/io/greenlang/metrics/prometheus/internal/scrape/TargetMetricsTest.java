package io.greenlang.metrics.prometheus.internal.scrape;

import static io.greenlang.metrics.prometheus.internal.scrape.ScrapedTarget.CHANNEL;
import static io.greenlang.metrics.prometheus.internal.scrape.ScrapedTarget.START;
import static io.greenlang.metrics.prometheus.internal.scrape.ScrapedTarget.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.prometheus.internal.text.ExpositionFormat;
import io.greenlang.metrics.testkit.CapturedLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The mapping of families to metrics, and the state between scrapes. */
@Timeout(60)
class TargetMetricsTest {

  private final ScrapedTarget target = new ScrapedTarget();

  @Test
  void read_familiesOfText_becomeCountersAndGauges() throws IOException {
    List<Metric> samples =
        target.text(
            "# TYPE requests_total counter",
            "requests_total{code=\"200\"} 5",
            "# TYPE depth gauge",
            "depth{queue=\"a\",empty=\"\"} -2.5 1395066363000",
            "undeclared 7",
            "# TYPE rpc_seconds summary",
            "rpc_seconds{quantile=\"0.5\"} 0.1",
            "rpc_seconds{quantile=\"0.99\"} NaN",
            "rpc_seconds_sum 12",
            "rpc_seconds_count 34");
    assertThat(shown(samples))
        .containsExactly(
            "counter requests_total{code=200} 5.0",
            "gauge depth{queue=a} -2.5",
            "gauge undeclared{} 7.0",
            "gauge rpc_seconds{quantile=0.5} 0.1",
            "counter rpc_seconds_sum{} 12.0",
            "counter rpc_seconds_count{} 34.0");
    assertThat(samples).allMatch(each -> each.timestamp() == null);
    assertThat(samples).allMatch(each -> "target:9100".equals(each.tags().get("instance")));
    assertThat(target.report.counts()).isEqualTo(new ScrapeReport.Counts(1, 6, 0, 0, 0));
  }

  @Test
  void read_familiesOfOpenMetrics_becomeCountersAndGauges() throws IOException {
    assertThat(
            shown(
                target.openMetrics(
                    "# TYPE requests counter",
                    "requests_total 5 # {trace_id=\"a\"} 1",
                    "# TYPE build info",
                    "build_info{version=\"1\"} 1",
                    "# TYPE shape stateset",
                    "shape{shape=\"round\"} 1",
                    "shape{shape=\"square\"} 0",
                    "# TYPE anything unknown",
                    "anything 3")))
        .containsExactly(
            "counter requests_total{} 5.0",
            "gauge build_info{version=1} 1.0",
            "gauge shape{shape=round} 1.0",
            "gauge shape{shape=square} 0.0",
            "gauge anything{} 3.0");
    assertThat(target.report.counts().badLines()).isZero();
  }

  @Test
  void read_sampleWithoutTheSuffixOfItsType_isABadLine() throws IOException {
    assertThat(target.openMetrics("# TYPE requests counter", "requests 5")).isEmpty();
    assertThat(target.report.counts().badLines()).isEqualTo(1);
  }

  @Test
  void read_typeAfterASample_isABadLine() throws IOException {
    assertThat(shown(target.text("a_total 5", "# TYPE a_total counter")))
        .containsExactly("gauge a_total{} 5.0");
    assertThat(target.report.counts().badLines()).isEqualTo(1);
  }

  @Test
  void read_typeThatChanges_appliesInTheSameScrape() throws IOException {
    assertThat(shown(target.text("a_total 5"))).containsExactly("gauge a_total{} 5.0");
    assertThat(shown(target.text("# TYPE a_total counter", "a_total 6")))
        .containsExactly("counter a_total{} 6.0");
    assertThat(shown(target.openMetrics("# TYPE a counter", "a_total 7")))
        .containsExactly("counter a_total{} 7.0");
    assertThat(target.report.counts().badLines()).isZero();
  }

  @Test
  void read_sameSeriesTwice_keepsTheFirst() throws IOException {
    assertThat(
            shown(
                target.text(
                    "a{b=\"c\",d=\"e\"} 1",
                    "a{b=\"c\",d=\"e\"} 2",
                    "a{d=\"e\",b=\"c\"} 3",
                    "a{d=\"e\",b=\"c\",f=\"\"} 4")))
        .containsExactly("gauge a{b=c, d=e} 1.0");
    assertThat(target.report.counts().badLines()).isEqualTo(3);
  }

  @Test
  void read_seriesThatDisappears_ends() throws IOException {
    target.text("a 1", "b 2");
    assertThat(shown(target.text("b 3"))).containsExactly("gauge b{} 3.0");
    assertThat(shown(target.text("a 4", "b NaN"))).containsExactly("gauge a{} 4.0");
  }

  @Test
  void read_valuesThatNoMetricHas_loseTheirSeriesOnly() throws IOException {
    String label = "x".repeat(257);
    List<String> lines =
        new ArrayList<>(
            List.of("a +Inf", "b{c=\"" + label + "\"} 1", "d".repeat(129) + " 1", "e 2"));
    StringBuilder many = new StringBuilder("f{");
    for (int i = 0; i < 17; i++) {
      many.append("l").append(i).append("=\"v\",");
    }
    lines.add(many + "} 1");
    for (int i = 1; i <= 2; i++) {
      assertThat(shown(target.text(lines.toArray(String[]::new)))).containsExactly("gauge e{} 2.0");
      assertThat(target.report.counts().unpublishable()).isEqualTo(4L * i);
    }
  }

  @Test
  void read_moreSeriesThanTheLimit_dropsAndCountsTheRest() throws IOException {
    ScrapedTarget small = new ScrapedTarget(3, List.of(), List.of(), Map.of());
    for (int i = 1; i <= 2; i++) {
      assertThat(shown(small.text("a 1", "b 2", "c 3", "d 4", "e 5")))
          .containsExactly("gauge a{} 1.0", "gauge b{} 2.0", "gauge c{} 3.0");
      assertThat(small.report.counts().overLimit()).isEqualTo(2L * i);
    }
    assertThat(shown(small.text("d 4", "e 5"))).containsExactly("gauge d{} 4.0", "gauge e{} 5.0");
  }

  @Test
  void read_filters_selectByNameAndLabel() throws IOException {
    ScrapedTarget filtered =
        new ScrapedTarget(
            2,
            List.of("node_*", "rpc"),
            List.of("node_scrape*"),
            Map.of("mode", Set.of("idle", "")));
    for (int i = 0; i < 2; i++) {
      assertThat(
              shown(
                  filtered.text(
                      "go_threads 1",
                      "node_scrape_ok 1",
                      "node_cpu{mode=\"idle\"} 2",
                      "node_cpu{mode=\"user\"} 3",
                      "# TYPE rpc summary",
                      "rpc_count 4",
                      "rpc_other 5")))
          .containsExactly("gauge node_cpu{mode=idle} 2.0", "counter rpc_count{} 4.0");
    }
    assertThat(filtered.report.counts().overLimit()).isZero();
  }

  @Test
  void read_createdAfterTheFirstScrape_isTheStartOfTheCounter() throws IOException {
    double before = START.getEpochSecond() - 60.0;
    double during = START.getEpochSecond() + 1.5;
    double ahead = START.getEpochSecond() + 3_600.0;
    String[] lines = {
      "# TYPE a counter",
      "a_total{at=\"before\"} 1",
      "a_created{at=\"before\"} " + before,
      "a_total{at=\"during\"} 2",
      "a_created{at=\"during\"} " + during,
      "a_total{at=\"ahead\"} 3",
      "a_created{at=\"ahead\"} " + ahead,
      "a_created{at=\"no value\"} " + during,
      "a_total{at=\"invalid\"} 4",
      "a_created{at=\"invalid\"} NaN",
    };
    target.openMetrics();
    target.openMetrics();
    List<Metric> samples = target.openMetrics(lines);
    assertThat(samples)
        .extracting(each -> each.tags().get("at"))
        .containsExactly("before", "during", "ahead", "invalid");
    assertThat(samples)
        .extracting(Metric::detail)
        .containsExactly(null, new CounterStart(START.plusMillis(1_500)), null, null);
    assertThat(target.openMetrics(lines))
        .extracting(Metric::detail)
        .containsExactly(null, new CounterStart(START.plusMillis(1_500)), null, null);
    assertThat(target.report.counts().badLines()).isEqualTo(2);
  }

  @Test
  void read_openMetricsWithoutEnd_failsAndKeepsTheState() throws IOException {
    target.openMetrics("# TYPE a counter", "a_total 1");
    assertThatThrownBy(() -> target.read(ExpositionFormat.OPENMETRICS, "a_total 2\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("incomplete");
    assertThat(shown(target.openMetrics("# TYPE a counter", "a_total 3")))
        .containsExactly("counter a_total{} 3.0");
  }

  @Test
  void read_badLinesInEachScrape_areLoggedOncePerMinute() throws IOException {
    try (CapturedLog log = new CapturedLog()) {
      for (int second = 0; second < 90; second++) {
        target.text("a 1", "forged text");
      }
      String problem = "Left out line 2 of http://target/metrics: it has no valid value";
      assertThat(log.lines("WARN", problem)).hasSize(2);
      assertThat(log.text()).doesNotContain("forged");
    }
    assertThat(target.report.counts().badLines()).isEqualTo(90);
  }

  @Test
  void descriptions_helpAndUnits_describeTheMetrics() throws IOException {
    target.openMetrics(
        "# TYPE a_seconds counter",
        "# UNIT a_seconds seconds",
        "# HELP a_seconds Busy\\ntime.",
        "a_seconds_total 1",
        "# TYPE rpc_bytes summary",
        "# HELP rpc_bytes Sizes.",
        "rpc_bytes_sum 2",
        "rpc_bytes_count 3",
        "# TYPE b_widgets gauge",
        "# UNIT b_widgets widgets",
        "b_widgets 4",
        "c 5");
    assertThat(target.descriptions())
        .containsExactlyInAnyOrder(
            new MetricDescription(CHANNEL, "a_seconds_total", "s", "Busy time."),
            new MetricDescription(CHANNEL, "rpc_bytes_sum", "By", "Sizes."),
            new MetricDescription(CHANNEL, "rpc_bytes_count", "1", "Sizes."),
            new MetricDescription(CHANNEL, "b_widgets", "{widget}", null));
  }

  @Test
  void descriptions_sameScrape_areTheSameCollection() throws IOException {
    target.text("# HELP a Old.", "a 1");
    List<MetricDescription> before = target.descriptions();
    target.text("# HELP a Old.", "a 2");
    assertThat(target.descriptions()).isEqualTo(before);
    target.text("# HELP a New.", "a 3");
    assertThat(target.descriptions())
        .containsExactly(new MetricDescription(CHANNEL, "a", null, "New."));
  }
}
