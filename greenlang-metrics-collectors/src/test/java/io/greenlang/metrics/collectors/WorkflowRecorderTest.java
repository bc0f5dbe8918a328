package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WorkflowRecorderTest {

  private static final Tags WHOLE = Tags.empty();
  private static final Tags REPORT = Tags.of("workflow", "report");

  /** 365 days. */
  private static final double MAX_MILLIS = 365 * 24 * 3.6e6;

  private final ManualSleeper time = new ManualSleeper();
  private final WorkflowRecorder workflows = WorkflowRecorder.builder().clock(time).build();

  private CollectedMetrics collect() {
    return CollectedMetrics.of(workflows.collect());
  }

  private void execution(String workflow, Duration duration, boolean succeeds) {
    try (WorkflowRecorder.Execution execution = workflows.start(workflow)) {
      time.advance(duration);
      if (succeeds) {
        execution.succeed();
      }
    }
  }

  @Test
  void collect_nothingRecorded_hasZeroTotalsAndOmitsUnknownValues() {
    CollectedMetrics now = collect();
    assertThat(now.value("executions.total", WHOLE)).isZero();
    assertThat(now.value("executions.running", WHOLE)).isZero();
    assertThat(now.names()).doesNotContain("success_rate", "duration");
  }

  @Test
  void collect_afterExecutions_matchesSpecification() {
    for (int i = 0; i < 19; i++) {
      execution("report", Duration.ofMillis(100), true);
    }
    execution("report", Duration.ofMillis(600), false);
    CollectedMetrics now = collect();
    for (Tags tags : new Tags[] {WHOLE, REPORT}) {
      String prefix = tags.isEmpty() ? "" : "workflow.";
      assertThat(now.value(prefix + "executions.total", tags)).isEqualTo(20);
      assertThat(now.value(prefix + "executions.successful", tags)).isEqualTo(19);
      assertThat(now.value(prefix + "executions.failed", tags)).isEqualTo(1);
      assertThat(now.value(prefix + "executions.running", tags)).isZero();
      assertThat(now.value(prefix + "executions.pending", tags)).isZero();
      assertThat(now.value(prefix + "success_rate", tags)).isEqualTo(95);
      Distribution durations = now.distribution(prefix + "duration", tags);
      assertThat(durations.count()).isEqualTo(20);
      assertThat(durations.min()).isEqualTo(100);
      assertThat(durations.max()).isEqualTo(600);
      assertThat(durations.mean()).isCloseTo(125, within(1e-9));
      assertThat(durations.quantile(0.50)).isCloseTo(100, within(1.0));
      assertThat(durations.quantile(0.95)).isCloseTo(100, within(1.0));
      assertThat(durations.quantile(0.99)).isCloseTo(600, within(6.0));
      assertThat(now.value(prefix + "throughput", tags)).isCloseTo(20 / 2.5, within(1e-9));
    }
  }

  @Test
  void collect_always_totalsAreCountersOnWorkflowChannel() {
    execution("report", Duration.ofMillis(1), true);
    assertThat(workflows.collect())
        .allSatisfy(
            metric -> {
              assertThat(metric.channel().name()).isEqualTo("workflow.metrics");
              assertThat(metric.type())
                  .as(metric.name())
                  .isEqualTo(
                      metric.name().matches(".*executions\\.(total|successful|failed)")
                          ? MetricType.COUNTER
                          : metric.name().matches("(workflow\\.)?duration")
                              ? MetricType.HISTOGRAM
                              : MetricType.GAUGE);
            });
  }

  @Test
  @SuppressWarnings("NullAway") // simulates an application without null checks
  void succeeded_nullDuration_throwsAndLeavesNothingRunning() {
    assertThatNullPointerException().isThrownBy(() -> workflows.recordSuccess("report", null));
    assertThatNullPointerException().isThrownBy(() -> workflows.recordFailure("report", null));
    assertThat(collect().value("executions.running", WHOLE)).isZero();
  }

  @Test
  void succeeded_negativeDuration_countsAsZero() {
    workflows.recordSuccess("report", Duration.ofSeconds(Long.MIN_VALUE));
    workflows.recordFailure("report", Duration.ofMillis(-1));
    CollectedMetrics now = collect();
    assertThat(now.value("executions.total", WHOLE)).isEqualTo(2);
    assertThat(now.value("executions.running", WHOLE)).isZero();
    assertThat(now.distribution("duration", WHOLE).max()).isZero();
  }

  @Test
  void collect_endedBeforeWindow_countsInTotalsOnly() {
    execution("report", Duration.ofMillis(100), false);
    collect();
    time.advance(Duration.ofSeconds(59));
    assertThat(collect().value("success_rate", WHOLE)).isZero();
    time.advance(Duration.ofSeconds(2));
    CollectedMetrics later = collect();
    assertThat(later.value("executions.failed", WHOLE)).isEqualTo(1);
    assertThat(later.value("throughput", WHOLE)).isZero();
    assertThat(later.names()).doesNotContain("success_rate");
  }

  @Test
  void duration_severalCollections_hasEachExecutionOnce() {
    for (int collection = 1; collection <= 3; collection++) {
      execution("report", Duration.ofMillis(100L * collection), collection != 2);
      CollectedMetrics now = collect();
      for (Tags tags : new Tags[] {WHOLE, REPORT}) {
        Distribution durations =
            now.distribution(tags.isEmpty() ? "duration" : "workflow.duration", tags);
        assertThat(durations.count()).isEqualTo(1);
        assertThat(durations.max()).isEqualTo(100.0 * collection);
      }
      assertThat(collect().names())
          .as("nothing ended since the previous collection")
          .contains("success_rate")
          .doesNotContain("duration", "workflow.duration");
    }
  }

  @Test
  void duration_severalNames_totalHasTheExecutionsOfAll() {
    execution("report", Duration.ofMillis(100), true);
    execution("import", Duration.ofMillis(300), false);
    CollectedMetrics now = collect();
    assertThat(now.distribution("duration", WHOLE)).isEqualTo(Distribution.of(100, 300));
    assertThat(now.distribution("workflow.duration", Tags.of("workflow", "import")))
        .isEqualTo(Distribution.of(300));
  }

  @Test
  void start_ofCounters_isThePreviousCollectionForNewNames() {
    execution("report", Duration.ofSeconds(1), true);
    CollectedMetrics first = collect();
    assertThat(first.start("executions.total", WHOLE)).isEqualTo(ManualSleeper.START);
    assertThat(first.start("workflow.executions.total", REPORT)).isEqualTo(ManualSleeper.START);
    time.advance(Duration.ofSeconds(4));
    execution("import", Duration.ofSeconds(1), false);
    CollectedMetrics second = collect();
    Tags added = Tags.of("workflow", "import");
    Instant previous = ManualSleeper.START.plusSeconds(1);
    assertThat(second.start("workflow.executions.failed", added)).isEqualTo(previous);
    assertThat(second.start("workflow.executions.successful", added)).isEqualTo(previous);
    assertThat(second.start("executions.failed", WHOLE)).isEqualTo(ManualSleeper.START);
    assertThat(collect().start("workflow.executions.failed", added)).isEqualTo(previous);
  }

  @Test
  void throughput_anyCollectionRate_isExecutionsPerSecond() {
    for (int second = 1; second <= 150; second++) {
      execution("report", Duration.ofMillis(500), true);
      execution("report", Duration.ofMillis(500), false);
      CollectedMetrics now = collect();
      assertThat(now.value("throughput", WHOLE)).as("second %s", second).isEqualTo(2);
      assertThat(now.value("success_rate", WHOLE)).isEqualTo(50);
    }
    collect();
    time.advance(Duration.ofSeconds(55));
    assertThat(collect().value("throughput", WHOLE)).isBetween(0.01, 0.3);
    time.advance(Duration.ofSeconds(10));
    assertThat(collect().value("throughput", WHOLE)).isZero();
  }

  @Test
  void throughput_newName_coversWholeWindow() {
    collect();
    time.advance(Duration.ofHours(1));
    execution("report", Duration.ofSeconds(1), true);
    assertThat(collect().value("throughput", WHOLE)).isCloseTo(1 / 60.0, within(1e-9));
  }

  @Test
  void execution_submitted_isPendingThenRunningThenEnded() {
    WorkflowRecorder.Execution execution = workflows.submit("report");
    time.advance(Duration.ofSeconds(3));
    assertThat(collect().value("executions.pending", WHOLE)).isEqualTo(1);
    assertThat(collect().value("executions.running", WHOLE)).isZero();
    execution.begin();
    assertThat(collect().value("executions.pending", WHOLE)).isZero();
    assertThat(collect().value("workflow.executions.running", REPORT)).isEqualTo(1);
    time.advance(Duration.ofMillis(250));
    execution.succeed();
    CollectedMetrics ended = collect();
    assertThat(ended.value("executions.running", WHOLE)).isZero();
    assertThat(ended.value("executions.total", WHOLE)).isEqualTo(1);
    assertThat(ended.distribution("duration", WHOLE).max())
        .as("the waiting time is excluded")
        .isEqualTo(250);
  }

  @Test
  void execution_closedWhilePending_isNotCounted() {
    workflows.submit("report").close();
    CollectedMetrics now = collect();
    assertThat(now.value("executions.pending", WHOLE)).isZero();
    assertThat(now.value("executions.total", WHOLE)).isZero();
  }

  @Test
  void execution_endedTwice_countsOnce() {
    WorkflowRecorder.Execution execution = workflows.start("report");
    execution.fail();
    execution.succeed();
    execution.begin();
    execution.close();
    execution.close();
    CollectedMetrics now = collect();
    assertThat(now.value("executions.total", WHOLE)).isEqualTo(1);
    assertThat(now.value("executions.failed", WHOLE)).isEqualTo(1);
    assertThat(now.value("executions.running", WHOLE)).isZero();
  }

  @Test
  void record_callable_countsSuccessesAndFailures() throws Exception {
    assertThat(workflows.record("report", () -> "made")).isEqualTo("made");
    assertThatThrownBy(
            () ->
                workflows.record(
                    "report",
                    () -> {
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
    assertThatThrownBy(
            () ->
                workflows.record(
                    "report",
                    () -> {
                      throw new StackOverflowError();
                    }))
        .isInstanceOf(StackOverflowError.class);
    CollectedMetrics now = collect();
    assertThat(now.value("executions.successful", WHOLE)).isEqualTo(1);
    assertThat(now.value("executions.failed", WHOLE)).isEqualTo(2);
    assertThat(now.value("executions.running", WHOLE)).isZero();
  }

  @Test
  void succeeded_timedByCaller_usesGivenDuration() {
    workflows.recordSuccess("report", Duration.ofMillis(40));
    workflows.recordFailure("report", Duration.ofMillis(-1));
    workflows.recordFailure("report", Duration.ofDays(1_000_000));
    CollectedMetrics now = collect();
    assertThat(now.value("executions.total", WHOLE)).isEqualTo(3);
    assertThat(now.value("executions.running", WHOLE)).isZero();
    assertThat(now.distribution("duration", WHOLE).min()).isZero();
    assertThat(now.distribution("duration", WHOLE).max()).isEqualTo(MAX_MILLIS);
  }

  @Test
  void execution_clockJumps_durationIsLimited() {
    WorkflowRecorder.Execution execution = workflows.start("report");
    time.advance(Duration.ofDays(100_000));
    execution.succeed();
    assertThat(collect().distribution("duration", WHOLE).max()).isEqualTo(MAX_MILLIS);
  }

  @Test
  void collect_repeated_countersNeverDecrease() {
    double before = 0;
    for (int i = 0; i < 30; i++) {
      execution("report", Duration.ofSeconds(7), i % 3 == 0);
      for (Metric metric : workflows.collect()) {
        if (metric.name().equals("executions.total")) {
          assertThat(metric.value()).isGreaterThan(before);
          before = metric.value();
        }
      }
    }
  }
}
