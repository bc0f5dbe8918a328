package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class AgentRecorderTest {

  private static final Tags WHOLE = Tags.empty();

  private final ManualSleeper time = new ManualSleeper();
  private final AgentRecorder agents = AgentRecorder.builder().clock(time).build();

  private CollectedMetrics collect() {
    return CollectedMetrics.of(agents.collect());
  }

  private void call(String agent, Duration duration) {
    try (AgentRecorder.Call call = agents.start(agent)) {
      time.advance(duration);
      call.succeed();
    }
  }

  @Test
  void collect_afterCalls_matchesSpecification() {
    for (int i = 0; i < 49; i++) {
      call("summarizer", Duration.ofMillis(40));
    }
    agents.start("summarizer").fail("timeout");
    CollectedMetrics now = collect();
    assertThat(now.value("calls.total", WHOLE)).isEqualTo(50);
    assertThat(now.value("calls.successful", WHOLE)).isEqualTo(49);
    assertThat(now.value("calls.failed", WHOLE)).isEqualTo(1);
    assertThat(now.value("calls.running", WHOLE)).isZero();
    assertThat(now.value("success_rate", WHOLE)).isEqualTo(98);
    Distribution latencies = now.distribution("latency", WHOLE);
    assertThat(latencies.count()).isEqualTo(50);
    assertThat(latencies.mean()).isCloseTo(39.2, within(1e-9));
    assertThat(latencies.quantile(0.95)).isCloseTo(40, within(0.4));
    assertThat(now.value("errors.total", WHOLE)).isEqualTo(1);
    Tags summarizer = Tags.of("agent", "summarizer");
    assertThat(now.value("agent.calls.total", summarizer)).isEqualTo(50);
    assertThat(now.distribution("agent.latency", summarizer).max()).isEqualTo(40);
    assertThat(now.value("agent.errors.total", summarizer)).isEqualTo(1);
  }

  @Test
  void errors_byType_sumToTotal() {
    agents.start("a").fail(new IllegalStateException());
    agents.start("b").fail(new TimeoutException());
    agents.start("b").fail(new TimeoutException());
    agents.start("b").close();
    agents.start("b").fail(new RuntimeException() {});
    agents.start("b").fail(" ");
    CollectedMetrics now = collect();
    assertThat(now.value("errors.total", WHOLE)).isEqualTo(6);
    assertThat(now.value("errors.by_type", Tags.of("type", "TimeoutException"))).isEqualTo(2);
    assertThat(now.value("errors.by_type", Tags.of("type", "IllegalStateException"))).isEqualTo(1);
    assertThat(now.value("errors.by_type", Tags.of("type", "unknown"))).isEqualTo(2);
    assertThat(now.tagValues("type")).anyMatch(type -> type.contains("AgentRecorderTest$"));
    assertThat(now.value("agent.errors.total", Tags.of("agent", "b"))).isEqualTo(5);
  }

  @Test
  void errors_tooManyTypes_countFurtherTypesAsOther() {
    for (int i = 0; i < 100; i++) {
      agents.start("a").fail("type-" + i);
    }
    agents.start("a").fail("type-0");
    CollectedMetrics now = collect();
    assertThat(now.value("errors.total", WHOLE)).isEqualTo(101);
    assertThat(now.value("errors.by_type", Tags.of("type", "type-0"))).isEqualTo(2);
    assertThat(now.value("errors.by_type", Tags.of("type", "other"))).isEqualTo(36);
    assertThat(now.tagValues("type")).hasSize(65);
  }

  @Test
  void error_callSucceeds_countsAsErrorOnly() {
    try (AgentRecorder.Call call = agents.start("a")) {
      call.recordError(new TimeoutException());
      call.succeed();
      call.recordError("after the end");
    }
    CollectedMetrics now = collect();
    assertThat(now.value("errors.total", WHOLE)).isEqualTo(1);
    assertThat(now.value("calls.failed", WHOLE)).isZero();
  }

  @Test
  void record_callable_countsSuccessesAndFailures() throws Exception {
    assertThat(agents.record("a", () -> 17)).isEqualTo(17);
    assertThatThrownBy(
            () ->
                agents.record(
                    "a",
                    () -> {
                      throw new TimeoutException("late");
                    }))
        .hasMessage("late");
    CollectedMetrics now = collect();
    assertThat(now.value("calls.successful", WHOLE)).isEqualTo(1);
    assertThat(now.value("calls.failed", WHOLE)).isEqualTo(1);
    assertThat(now.value("errors.by_type", Tags.of("type", "TimeoutException"))).isEqualTo(1);
  }

  @Test
  void collect_manyAgents_ranksFiveBusiestAndFiveSlowest() {
    for (int agent = 1; agent <= 8; agent++) {
      for (int i = 0; i < agent; i++) {
        call("agent-" + agent, Duration.ofMillis(1000 / agent));
      }
    }
    CollectedMetrics now = collect();
    assertThat(ranked(now, "top.calls"))
        .containsExactlyInAnyOrder("agent-8", "agent-7", "agent-6", "agent-5", "agent-4");
    assertThat(now.value("top.calls", Tags.of("agent", "agent-8"))).isEqualTo(8);
    assertThat(ranked(now, "slowest.p95"))
        .containsExactlyInAnyOrder("agent-1", "agent-2", "agent-3", "agent-4", "agent-5");
    assertThat(now.value("slowest.p95", Tags.of("agent", "agent-1"))).isCloseTo(1000, within(10.0));
  }

  private static java.util.List<String> ranked(CollectedMetrics now, String name) {
    return now.values().keySet().stream()
        .filter(key -> key.name().equals(name))
        .map(key -> key.tags().asMap().get("agent"))
        .toList();
  }

  @Test
  void collect_always_totalsAreCounters() {
    agents.start("a").close();
    assertThat(agents.collect())
        .allSatisfy(
            metric -> {
              boolean isTotal =
                  metric.name().matches("(.*\\.)?(calls\\.(total|successful|failed)|errors\\..*)");
              boolean isLatency = metric.name().matches("(agent\\.)?latency");
              assertThat(metric.type())
                  .as(metric.name())
                  .isEqualTo(
                      isTotal
                          ? MetricType.COUNTER
                          : isLatency ? MetricType.HISTOGRAM : MetricType.GAUGE);
            });
  }

  @Test
  void errors_newType_startsAtThePreviousCollection() {
    agents.start("a").fail("timeout");
    CollectedMetrics first = collect();
    assertThat(first.start("errors.total", WHOLE)).isEqualTo(ManualSleeper.START);
    assertThat(first.start("errors.by_type", Tags.of("type", "timeout")))
        .isEqualTo(ManualSleeper.START);
    time.advance(Duration.ofSeconds(5));
    collect();
    time.advance(Duration.ofSeconds(3));
    agents.start("b").fail("quota");
    time.advance(Duration.ofSeconds(2));
    CollectedMetrics second = collect();
    Instant previous = ManualSleeper.START.plusSeconds(5);
    assertThat(second.start("errors.by_type", Tags.of("type", "quota"))).isEqualTo(previous);
    assertThat(second.start("agent.calls.total", Tags.of("agent", "b"))).isEqualTo(previous);
    assertThat(second.start("agent.errors.total", Tags.of("agent", "b"))).isEqualTo(previous);
    assertThat(second.start("errors.by_type", Tags.of("type", "timeout")))
        .isEqualTo(ManualSleeper.START);
    assertThat(second.start("errors.total", WHOLE)).isEqualTo(ManualSleeper.START);
  }

  @Test
  void slowest_severalCollections_coversTheWholeWindow() {
    call("a", Duration.ofSeconds(1));
    collect();
    call("a", Duration.ofMillis(100));
    CollectedMetrics now = collect();
    assertThat(now.distribution("agent.latency", Tags.of("agent", "a")).max()).isEqualTo(100);
    assertThat(now.value("slowest.p95", Tags.of("agent", "a"))).isCloseTo(1000, within(10.0));
  }
}
