package io.greenlang.metrics.collectors;

import static io.greenlang.metrics.collectors.ManualSleeper.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.collectors.internal.cluster.DistributedMetricSource;
import io.greenlang.metrics.collectors.internal.cluster.TaskQueueSource;
import io.greenlang.metrics.hub.MetricsHub;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DistributedMetricsTest {

  private static final Tags WHOLE = Tags.empty();

  private final ManualSleeper time = new ManualSleeper();
  private final AtomicReference<TaskQueue.Counts> mail =
      new AtomicReference<>(new TaskQueue.Counts(10, 2, 1000, 5));
  private final AtomicReference<TaskQueue.Counts> print =
      new AtomicReference<>(new TaskQueue.Counts(1, 1, 50, -1));
  private final TaskQueueSource mailSource = queue("mail", mail);
  private final TaskQueueSource printSource = queue("print", print);
  private BrokerState state = BrokerState.SINGLE_INSTANCE;
  private final DistributedMetricSource source =
      new DistributedMetricSource(() -> state, List.of(mailSource, printSource));

  private TaskQueueSource queue(String name, AtomicReference<TaskQueue.Counts> counts) {
    TaskQueue queue =
        new TaskQueue() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public Counts counts() {
            return Objects.requireNonNull(counts.get());
          }
        };
    return DefaultSources.sourceOf(queue, time);
  }

  private CollectedMetrics collect() {
    return CollectedMetrics.of(source.collect());
  }

  private static void read(TaskQueueSource queue) {
    try {
      queue.collect();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nodes_localBroker_reportsOneOfOne() {
    Collection<Metric> metrics =
        new DistributedMetricSource(MetricsHub.create()::brokerState, List.of()).collect();
    CollectedMetrics now = CollectedMetrics.of(metrics);
    assertThat(now.names()).containsExactly("nodes.active", "nodes.total");
    assertThat(now.value("nodes.active", WHOLE)).isEqualTo(1);
    assertThat(now.value("nodes.total", WHOLE)).isEqualTo(1);
  }

  @Test
  void nodes_sharedBroker_reportsCountsAndHealth() {
    state = new BrokerState(5, 10, Map.of("clients", 7.0, "lag_ms", Double.NaN), null);
    CollectedMetrics metrics = collect();
    assertThat(metrics.value("nodes.active", WHOLE)).isEqualTo(5);
    assertThat(metrics.value("nodes.total", WHOLE)).isEqualTo(10);
    assertThat(metrics.value("broker.clients", WHOLE)).isEqualTo(7);
    assertThat(metrics.names()).as("unknown values are omitted").doesNotContain("broker.lag_ms");
  }

  @Test
  void tasks_twoQueues_sumsKnownValues() {
    read(mailSource);
    read(printSource);
    time.advance(Duration.ofSeconds(10));
    mail.set(new TaskQueue.Counts(4, 3, 1100, 6));
    print.set(new TaskQueue.Counts(0, 0, 60, -1));
    read(mailSource);
    read(printSource);
    CollectedMetrics now = collect();
    assertThat(now.value("tasks.pending", WHOLE)).isEqualTo(4);
    assertThat(now.value("tasks.running", WHOLE)).isEqualTo(3);
    assertThat(now.value("tasks.completed", WHOLE)).isEqualTo(1160);
    assertThat(now.value("tasks.failed", WHOLE)).isEqualTo(6);
    assertThat(now.value("throughput", WHOLE)).isCloseTo(11, within(1e-9));
    assertThat(now.value("queues.answering", WHOLE)).isEqualTo(2);
  }

  @Test
  void tasks_queueTemporarilyUnknown_isNotCountedTwice() {
    read(mailSource);
    assertThat(collect().value("tasks.completed", WHOLE)).isEqualTo(1000);
    mail.set(new TaskQueue.Counts(10, 2, -1, -1));
    read(mailSource);
    assertThat(collect().value("tasks.completed", WHOLE)).isEqualTo(1000);
    mail.set(new TaskQueue.Counts(10, 2, 1001, 5));
    read(mailSource);
    assertThat(collect().value("tasks.completed", WHOLE)).isEqualTo(1001);
    assertThat(collect().value("tasks.failed", WHOLE)).isEqualTo(5);
  }

  @Test
  void tasks_singleQueue_hasNameTagAndOmitsUnknownValues() throws Exception {
    CollectedMetrics now = CollectedMetrics.of(printSource.collect());
    Tags tags = Tags.of("queue", "print");
    assertThat(now.value("queue.tasks.pending", tags)).isEqualTo(1);
    assertThat(now.value("queue.tasks.completed", tags)).isEqualTo(50);
    assertThat(now.names()).doesNotContain("queue.tasks.failed", "queue.throughput");
  }

  @Test
  void tasks_queueStopsReporting_gaugesExcludeItAndTotalsKeepIt() {
    read(mailSource);
    read(printSource);
    assertThat(collect().value("tasks.completed", WHOLE)).isEqualTo(1050);
    time.advance(Duration.ofSeconds(16));
    read(printSource);
    CollectedMetrics now = collect();
    assertThat(now.value("queues.answering", WHOLE)).isEqualTo(1);
    assertThat(now.value("queues.total", WHOLE)).isEqualTo(2);
    assertThat(now.value("tasks.pending", WHOLE)).isEqualTo(1);
    assertThat(now.value("tasks.completed", WHOLE)).isEqualTo(1050);
    time.advance(Duration.ofSeconds(16));
    assertThat(collect().names()).doesNotContain("tasks.pending", "tasks.completed");
  }

  @Test
  void tasks_queueRestarts_totalContinues() {
    read(mailSource);
    collect();
    mail.set(new TaskQueue.Counts(0, 0, 3, 0));
    time.advance(Duration.ofSeconds(5));
    read(mailSource);
    CollectedMetrics now = collect();
    assertThat(now.value("tasks.completed", WHOLE)).isEqualTo(1003);
    assertThat(now.names()).as("its throughput is not known yet").doesNotContain("throughput");
  }

  @Test
  void tasks_queueAnswersLater_earlierTasksAreNoGrowth() {
    read(mailSource);
    CollectedMetrics before = collect();
    read(printSource);
    CollectedMetrics now = collect();
    assertThat(now.value("queues.answering", WHOLE)).isEqualTo(2);
    assertThat(now.value("tasks.completed", WHOLE))
        .isEqualTo(before.value("tasks.completed", WHOLE));
  }

  @Test
  @SuppressWarnings("NullAway") // simulates an application without null checks
  void counts_null_failsWithReason() {
    TaskQueue empty =
        new TaskQueue() {
          @Override
          public String name() {
            return "empty";
          }

          @Override
          public Counts counts() {
            return null;
          }
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> DefaultSources.sourceOf(empty, time).collect())
        .withMessage("task queue \"empty\" returned null");
  }

  @Test
  void collect_totals_areCounters() {
    read(mailSource);
    assertThat(source.collect())
        .allSatisfy(
            metric ->
                assertThat(metric.type())
                    .as(metric.name())
                    .isEqualTo(
                        metric.name().matches("tasks\\.(completed|failed)")
                            ? MetricType.COUNTER
                            : MetricType.GAUGE));
  }

  @Test
  void executorQueue_tasks_areCounted() throws Exception {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    TaskQueue queue = TaskQueue.of("jobs", executor);
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    try {
      executor.execute(
          () -> {
            running.countDown();
            awaitEnd(end);
          });
      executor.execute(() -> {});
      running.await();
      assertThat(queue.counts()).isEqualTo(new TaskQueue.Counts(1, 1, 0, -1));
      end.countDown();
      await()
          .atMost(TIMEOUT)
          .untilAsserted(
              () -> assertThat(queue.counts()).isEqualTo(new TaskQueue.Counts(0, 0, 2, -1)));
    } finally {
      executor.shutdownNow();
    }
  }

  private static void awaitEnd(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void collector_queueHangs_otherSourcesContinue() {
    RecordingSink sink = new RecordingSink();
    CountDownLatch never = new CountDownLatch(1);
    TaskQueue hanging =
        new TaskQueue() {
          @Override
          public String name() {
            return "hanging";
          }

          @Override
          public Counts counts() throws InterruptedException {
            never.await();
            return new Counts(0, 0, 0, 0);
          }
        };
    TaskQueue answering =
        new TaskQueue() {
          @Override
          public String name() {
            return "answering";
          }

          @Override
          public Counts counts() {
            return new Counts(3, 0, 0, 0);
          }
        };
    MetricCollectorBuilder builder = MetricCollector.builder(sink).clock(time).sleeper(time);
    try (MetricCollector collector = builder.taskQueue(hanging).taskQueue(answering).build()) {
      collector.start();
      time.runTicks(4, TaskQueueSource.INTERVAL, 2);
      assertThat(sink.countByName("queues.answering")).isEqualTo(5);
      assertThat(sink.countByName("queue.tasks.pending")).isEqualTo(5);
      assertThat(sink.countByName("tasks.pending")).isGreaterThanOrEqualTo(4);
    }
  }
}
