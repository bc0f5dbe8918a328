package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.greenlang.metrics.Tags;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The names and tags of workflows, and their limits. */
class WorkflowNamesTest {

  private static final Tags WHOLE = Tags.empty();
  private static final Tags REPORT = Tags.of("workflow", "report");

  private final ManualSleeper time = new ManualSleeper();
  private final WorkflowRecorder workflows = WorkflowRecorder.builder().clock(time).build();

  private CollectedMetrics collect() {
    return CollectedMetrics.of(workflows.collect());
  }

  @Test
  void start_withTags_isSeparateSeries() {
    workflows.start("report", Tags.of("tenant", "a")).succeed();
    workflows.start("report", Tags.of("tenant", "b")).fail();
    CollectedMetrics now = collect();
    Tags a = Tags.of("workflow", "report", "tenant", "a");
    assertThat(now.value("workflow.executions.successful", a)).isEqualTo(1);
    assertThat(now.value("workflow.executions.failed", a)).isZero();
    assertThat(now.value("executions.total", WHOLE)).isEqualTo(2);
  }

  @Test
  void collect_recorderHasTags_allMetricsCarryThem() {
    Tags app = Tags.of("app", "billing");
    WorkflowRecorder tagged = WorkflowRecorder.builder().tags(app).clock(time).build();
    tagged.start("report", Tags.of("tenant", "a")).succeed();
    CollectedMetrics now = CollectedMetrics.of(tagged.collect());
    assertThat(now.value("executions.total", app)).isEqualTo(1);
    Tags part = app.with("workflow", "report").with("tenant", "a");
    assertThat(now.value("workflow.executions.total", part)).isEqualTo(1);
  }

  @Test
  void start_equalNames_areOneWorkflow() {
    workflows.start("report").succeed();
    workflows.start(String.valueOf(new char[] {'r', 'e', 'p', 'o', 'r', 't'})).succeed();
    assertThat(collect().value("workflow.executions.total", REPORT)).isEqualTo(2);
  }

  @Test
  void start_tooManyNames_countsFurtherNamesAsOther() {
    WorkflowRecorder two = WorkflowRecorder.builder().clock(time).maxNames(2).build();
    for (int i = 0; i < 100; i++) {
      two.start("name-" + i).succeed();
    }
    two.start("name-0").succeed();
    CollectedMetrics now = CollectedMetrics.of(two.collect());
    assertThat(now.value("executions.total", WHOLE)).isEqualTo(101);
    assertThat(now.value("workflow.executions.total", Tags.of("workflow", "name-0"))).isEqualTo(2);
    assertThat(now.value("workflow.executions.total", Tags.of("workflow", "other"))).isEqualTo(98);
    assertThat(now.tagValues("workflow")).containsExactlyInAnyOrder("name-0", "name-1", "other");
  }

  @Test
  void start_nameIsOther_isCountedWithFurtherNames() {
    WorkflowRecorder one = WorkflowRecorder.builder().clock(time).maxNames(1).build();
    one.start("other").succeed();
    one.start("report").succeed();
    one.start("one too many").succeed();
    CollectedMetrics now = CollectedMetrics.of(one.collect());
    assertThat(now.value("workflow.executions.total", Tags.of("workflow", "other"))).isEqualTo(2);
    assertThat(now.value("executions.total", WHOLE)).isEqualTo(3);
  }

  @Test
  void start_invalidNames_areSanitized() {
    workflows.start(" \t").succeed();
    workflows.start("a b\u0000c\n").succeed();
    workflows.start("x".repeat(10_240)).succeed();
    workflows.start("x".repeat(10_000)).succeed();
    assertThat(collect().tagValues("workflow"))
        .containsExactlyInAnyOrder("unnamed", "a b?c?", "x".repeat(256));
  }

  @Test
  void start_tooManyTags_throws() {
    String[] nine = new String[18];
    for (int i = 0; i < nine.length; i++) {
      nine[i] = "k" + i;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> workflows.start("report", Tags.of(nine)))
        .withMessage("workflow \"report\" has 9 tags; at most 8 are allowed");
  }

  @Test
  void build_outOfRange_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkflowRecorder.builder().window(Duration.ZERO).build())
        .withMessageContaining("PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgentRecorder.builder().maxNames(0).build())
        .withMessageContaining("maxNames=0 must be a whole number from 1 to 10000");
    Tags five = Tags.of("a", "1", "b", "2", "c", "3", "d", "4", "e", "5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkflowRecorder.builder().tags(five).build())
        .withMessageContaining("5 tags; at most 4 are allowed");
  }
}
