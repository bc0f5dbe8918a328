package io.greenlang.metrics.examples;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.AgentRecorder;
import io.greenlang.metrics.collectors.MetricCollectorBuilder;
import io.greenlang.metrics.collectors.TaskQueue;
import io.greenlang.metrics.collectors.WorkflowRecorder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Simulated workload that fills the channels of an application, so that the dashboard has something
 * to show. It only sleeps; all its metrics are named {@code simulated-…} or tagged {@code
 * simulated=true}.
 */
final class SimulatedWorkload implements AutoCloseable {

  private static final Tags SIMULATED = Tags.of("simulated", "true");
  private static final Duration ARRIVAL_INTERVAL = Duration.ofMillis(150);
  private static final List<String> WORKFLOWS =
      List.of("simulated-report", "simulated-import", "simulated-forecast");
  private static final List<String> AGENTS =
      List.of("simulated-planner", "simulated-search", "simulated-writer");

  private final WorkflowRecorder workflows = WorkflowRecorder.builder().tags(SIMULATED).build();
  private final AgentRecorder agents = AgentRecorder.builder().tags(SIMULATED).build();

  /** Two threads for a workload that keeps about two busy, so that tasks occasionally wait. */
  private final ThreadPoolExecutor workers =
      new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(100));

  private final ScheduledExecutorService arrivals = Executors.newSingleThreadScheduledExecutor();

  /** Adds the metrics of the workload to a collector. */
  void addTo(MetricCollectorBuilder collector) {
    collector.source(workflows).source(agents).taskQueue(TaskQueue.of("simulated-tasks", workers));
  }

  void start() {
    arrivals.scheduleAtFixedRate(
        this::arrive, 0, ARRIVAL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void arrive() {
    WorkflowRecorder.Execution execution = workflows.submit(oneOf(WORKFLOWS));
    try {
      workers.execute(() -> execute(execution));
    } catch (RejectedExecutionException full) {
      execution.close(); // the queue is full
    }
  }

  private void execute(WorkflowRecorder.Execution execution) {
    try (execution) {
      execution.begin();
      for (int i = ThreadLocalRandom.current().nextInt(1, 4); i > 0; i--) {
        callAgent(oneOf(AGENTS));
      }
      if (ThreadLocalRandom.current().nextInt(20) > 0) {
        execution.succeed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void callAgent(String agent) throws InterruptedException {
    try (AgentRecorder.Call call = agents.start(agent)) {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(20, 180));
      if (ThreadLocalRandom.current().nextInt(30) > 0) {
        call.succeed();
      } else {
        call.fail("simulated-timeout");
      }
    }
  }

  private static String oneOf(List<String> names) {
    return names.get(ThreadLocalRandom.current().nextInt(names.size()));
  }

  @Override
  public void close() {
    arrivals.shutdownNow();
    workers.shutdownNow();
  }
}
