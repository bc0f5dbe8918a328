package io.greenlang.metrics.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTest {

  private final Report report = new Report();

  @Test
  void toMarkdown_machineSlowsDown_comparesWithinEachRound() {
    add("floor", 1, 4);
    add("ours", 1, 5);
    add("floor", 2, 8);
    add("ours", 2, 10);
    add("floor", 3, 16);
    add("ours", 3, 20);
    assertThat(report.toMarkdown()).contains("| a | floor | 8.00 | 1.00 |");
    assertThat(report.toMarkdown()).contains("| a | ours | 10.00 | 1.25 |");
  }

  @Test
  void toMarkdown_severalFloors_comparesWithCheapest() {
    add("floor-each", 1, 4);
    add("floor-burst", 1, 0.5);
    add("ours", 1, 0.6);
    assertThat(report.toMarkdown()).contains("| a | ours | 0.60 | 1.20 |");
  }

  @Test
  void toMarkdown_serverReportsMemory_showsMemoryPerConnection() {
    report.add(
        Result.parseLine(
            "result scenario=c server=ours connected=10 kept_up=yes us_per_delivery=1 round=1"
                + " heap_kb=140 direct_kb=30 idle_heap_kb=100 idle_direct_kb=20"));
    assertThat(report.toMarkdown()).contains("| 5.0 |\n").contains("| 1 of 1 |");
  }

  @Test
  void result_roundTrip_isEqual() {
    Result result = new Result().put("server", "two words").put("frames", 12).put("p50_ms", 0.25);
    assertThat(Result.isResultLine(result.toLine())).isTrue();
    assertThat(Result.parseLine(result.toLine()).toLine()).isEqualTo(result.toLine());
    assertThat(result.text("server")).isEqualTo("two_words");
  }

  private void add(String server, int round, double micros) {
    report.add(
        new Result()
            .put("scenario", "a")
            .put("server", server)
            .put("round", round)
            .put("us_per_delivery", micros));
  }
}
