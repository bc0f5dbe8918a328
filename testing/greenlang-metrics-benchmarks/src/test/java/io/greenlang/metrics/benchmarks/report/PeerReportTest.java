package io.greenlang.metrics.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerReportTest {

  private final PeerReport report = new PeerReport();

  @Test
  void toMarkdown_severalRounds_showsMedianRangeAndRatiosWithinEachRound() {
    report.addLine("about 2 cores");
    report.addLine("load single 1,000 subscribers");
    result("floor-write", 1, 4, 6);
    result("bun", 1, 5, 8);
    result("epoll", 1, 6, 12);
    result("floor-write", 2, 8, 12);
    result("bun", 2, 10, 16);
    result("epoll", 2, 12, 24);
    assertThat(report.toMarkdown())
        .startsWith("- 2 cores\n\n**1,000 subscribers**\n")
        .contains("| epoll | 9.00 (6.00–12.00) | 1.50 | 1.20 | 18.00 (12.00–24.00) | 2.00 | 1.50 |")
        .contains("| 2 of 2 | 3.0 | 7.0 | 64 |");
  }

  @Test
  void toMarkdown_loadWithoutFloor_leavesRatioEmpty() {
    result("bun", 1, 5, 10);
    result("columnar", 1, 0.5, 1);
    assertThat(report.toMarkdown()).contains("| columnar | 0.50 |  | 0.10 | 1.00 |  | 0.10 |");
  }

  private void result(String server, int round, double micros, double coreMicros) {
    report.addLine(
        new Result()
            .put("scenario", "single")
            .put("server", server)
            .put("round", round)
            .put("us_per_delivery", micros)
            .put("core_us_per_delivery", coreMicros)
            .put("kept_up", "yes")
            .put("p50_ms", 3.0)
            .put("p99_ms", 7.0)
            .put("max_ms", 9.0)
            .put("rss_kb", 65_536)
            .toLine());
  }
}
