package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verifies that no operation is lost while many threads record at random during collections. */
@Timeout(300)
class RecorderModelTest {

  private static final int THREADS = 6;
  private static final int OPERATIONS_PER_THREAD = 20_000;
  private static final int WORKFLOWS = 7;

  private final WorkflowRecorder recorder =
      WorkflowRecorder.builder().window(Duration.ofHours(1)).build();

  /** The sums of the distributions of all collections. */
  private final Map<CollectedMetrics.Key, Distribution.Builder> durations = new HashMap<>();

  /** An operation recorded by one thread. */
  private record Operation(String workflow, long nanos, boolean succeeded) {}

  private List<Operation> record(Random random) {
    List<Operation> operations = new ArrayList<>(OPERATIONS_PER_THREAD);
    for (int i = 0; i < OPERATIONS_PER_THREAD; i++) {
      String workflow = "workflow-" + random.nextInt(WORKFLOWS);
      long nanos = (long) Math.exp(random.nextDouble() * 25);
      boolean succeeded = random.nextInt(10) > 0;
      if (succeeded) {
        recorder.recordSuccess(workflow, Duration.ofNanos(nanos));
      } else {
        recorder.recordFailure(workflow, Duration.ofNanos(nanos));
      }
      operations.add(new Operation(workflow, nanos, succeeded));
    }
    return operations;
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void collect_concurrentRecording_matchesModelAndCountersNeverDecrease(long seed)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<List<Operation>>> recording = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        Random random = new Random(seed * 1000 + t);
        recording.add(threads.submit(() -> record(random)));
      }
      Map<String, Double> previous = new HashMap<>();
      while (!recording.stream().allMatch(Future::isDone)) {
        checkOneCollection(previous);
      }
      List<Operation> operations = new ArrayList<>();
      for (Future<List<Operation>> done : recording) {
        operations.addAll(done.get());
      }
      checkFinalState(operations);
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Collects, and adds the distributions to those of the previous collections. */
  private Collection<Metric> collect() {
    Collection<Metric> collected = recorder.collect();
    for (Metric metric : collected) {
      if (metric.detail() instanceof Distribution drained) {
        CollectedMetrics.Key key = new CollectedMetrics.Key(metric.name(), metric.tags());
        durations.computeIfAbsent(key, k -> Distribution.builder()).add(drained);
      }
    }
    return collected;
  }

  private void checkOneCollection(Map<String, Double> previous) {
    Map<String, Double> parts = new HashMap<>();
    Map<String, Double> totals = new HashMap<>();
    for (Metric metric : collect()) {
      if (metric.name().startsWith("workflow.")) {
        parts.merge(metric.name().substring(9), metric.value(), Double::sum);
      } else {
        totals.put(metric.name(), metric.value());
      }
    }
    double total = totals.getOrDefault("executions.total", 0.0);
    assertThat(total)
        .isEqualTo(sum(totals, "executions.successful", "executions.failed"))
        .isEqualTo(parts.getOrDefault("executions.total", 0.0))
        .isGreaterThanOrEqualTo(previous.getOrDefault("executions.total", 0.0));
    assertThat(totals.get("executions.running"))
        .isBetween(0.0, (double) THREADS * OPERATIONS_PER_THREAD);
    previous.putAll(totals);
  }

  private static double sum(Map<String, Double> values, String one, String other) {
    return values.getOrDefault(one, 0.0) + values.getOrDefault(other, 0.0);
  }

  private void checkFinalState(List<Operation> operations) {
    CollectedMetrics end = CollectedMetrics.of(collect());
    check(end, "", Tags.empty(), operations);
    for (int i = 0; i < WORKFLOWS; i++) {
      String workflow = "workflow-" + i;
      List<Operation> workflowOperations =
          operations.stream().filter(operation -> operation.workflow.equals(workflow)).toList();
      check(end, "workflow.", Tags.of("workflow", workflow), workflowOperations);
    }
  }

  private void check(CollectedMetrics end, String prefix, Tags tags, List<Operation> operations) {
    double[] millis =
        operations.stream().mapToDouble(operation -> operation.nanos / 1e6).sorted().toArray();
    long succeeded = operations.stream().filter(Operation::succeeded).count();
    assertThat(end.value(prefix + "executions.total", tags)).isEqualTo(operations.size());
    assertThat(end.value(prefix + "executions.successful", tags)).isEqualTo((double) succeeded);
    assertThat(end.value(prefix + "executions.running", tags)).isZero();
    assertThat(end.value(prefix + "success_rate", tags))
        .isCloseTo(100.0 * succeeded / (double) operations.size(), within(1e-9));
    CollectedMetrics.Key key = new CollectedMetrics.Key(prefix + "duration", tags);
    checkDurations(Objects.requireNonNull(durations.get(key)).build(), millis);
  }

  private static void checkDurations(Distribution durations, double[] millis) {
    assertThat(durations.count()).isEqualTo(millis.length);
    assertThat(durations.min()).isEqualTo(millis[0]);
    assertThat(durations.max()).isEqualTo(millis[millis.length - 1]);
    double avg = Arrays.stream(millis).average().orElseThrow();
    assertThat(durations.mean()).isCloseTo(avg, within(avg * 1e-9));
    for (int percent : new int[] {50, 95, 99}) {
      double exact = millis[(int) Math.ceil(percent / 100.0 * millis.length) - 1];
      assertThat(durations.quantile(percent / 100.0)).isCloseTo(exact, within(exact * 0.0101));
    }
  }
}
