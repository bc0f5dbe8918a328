package io.greenlang.metrics.benchmarks;

import com.sun.management.ThreadMXBean;
import io.greenlang.metrics.collectors.AgentRecorder;
import io.greenlang.metrics.collectors.CollectorStats;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.collectors.WorkflowRecorder;
import io.greenlang.metrics.hub.MetricsHub;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What it costs to collect everything at its own pace, as a host does: run for some seconds (the
 * argument; 30), with 20 workflows and as many agents of which each does something 10 times a
 * second. Prints the CPU time and the garbage of the collector's threads, publishing included, and
 * how long the slowest of the last readings took.
 */
public final class CollectorCost {

  private static final int NAMES = 20;
  private static final Duration WARMUP = Duration.ofSeconds(10);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final WorkflowRecorder workflows = WorkflowRecorder.create();
  private final AgentRecorder agents = AgentRecorder.create();

  private CollectorCost() {}

  /** CPU time and bytes allocated of the collector's threads so far. */
  private record Spent(long cpuNanos, long bytes) {}

  /** Measures. */
  public static void main(String[] args) throws InterruptedException {
    int seconds = args.length == 0 ? 30 : Integer.parseInt(args[0]);
    new CollectorCost().run(seconds);
  }

  private void run(int seconds) throws InterruptedException {
    try (MetricsHub hub = MetricsHub.create();
        MetricCollector collector =
            MetricCollector.builder(hub)
                .standardSources()
                .source(workflows)
                .source(agents)
                .build()) {
      collector.start();
      work(WARMUP);
      Spent before = spent();
      CollectorStats statsBefore = collector.stats();
      long began = System.nanoTime();
      work(Duration.ofSeconds(seconds));
      double wallNanos = System.nanoTime() - began;
      Spent after = spent();
      CollectorStats stats = collector.stats();
      System.out.printf(
          Locale.ROOT,
          "in %d s: %d readings, %d metrics; CPU %.2f %% of a core; %d KB of garbage a second;"
              + " slowest of the last readings %.1f ms%n",
          seconds,
          stats.collections() - statsBefore.collections(),
          stats.metricsPublished() - statsBefore.metricsPublished(),
          100 * (after.cpuNanos - before.cpuNanos) / wallNanos,
          (after.bytes - before.bytes) / seconds / 1024,
          stats.lastCollection().toNanos() / 1e6);
    }
  }

  private void work(Duration howLong) throws InterruptedException {
    long end = System.nanoTime() + howLong.toNanos();
    while (System.nanoTime() < end) {
      for (int name = 0; name < NAMES; name++) {
        workflows.succeeded("workflow-" + name, Duration.ofMillis(name));
        agents.start("agent-" + name).succeed();
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private Spent spent() {
    long cpu = 0;
    long bytes = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("metric-collector-")) {
        cpu += threads.getThreadCpuTime(thread.getId());
        bytes += threads.getThreadAllocatedBytes(thread.getId());
      }
    }
    return new Spent(cpu, bytes);
  }
}
