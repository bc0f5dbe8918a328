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
 * Benchmark of all collectors at their regular intervals, as in an application. It runs for the
 * number of seconds in the argument (30 by default), with 20 workflows and 20 agents that are each
 * active 10 times per second. It prints the CPU time and the garbage of the collector's threads,
 * including publishing, and the duration of the slowest among the sources' last collections.
 */
public final class CollectorCost {

  private static final int NAMES = 20;
  private static final Duration WARMUP = Duration.ofSeconds(10);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final WorkflowRecorder workflows = WorkflowRecorder.create();
  private final AgentRecorder agents = AgentRecorder.create();

  private CollectorCost() {}

  /** Cumulative CPU time and allocated bytes of the collector's threads. */
  private record Usage(long cpuNanos, long bytes) {
    Usage since(Usage before) {
      return new Usage(cpuNanos - before.cpuNanos, bytes - before.bytes);
    }
  }

  /** Runs the benchmark. */
  public static void main(String[] args) throws InterruptedException {
    int seconds = args.length == 0 ? 30 : Integer.parseInt(args[0]);
    new CollectorCost().run(seconds);
  }

  private void run(int seconds) throws InterruptedException {
    try (MetricsHub hub = MetricsHub.create();
        MetricCollector collector = collector(hub)) {
      collector.start();
      work(WARMUP);
      Usage before = usage();
      CollectorStats statsBefore = collector.stats();
      long startNanos = System.nanoTime();
      work(Duration.ofSeconds(seconds));
      double wallNanos = System.nanoTime() - startNanos;
      Usage growth = usage().since(before);
      print(seconds, wallNanos, growth, statsBefore, collector.stats());
    }
  }

  private MetricCollector collector(MetricsHub hub) {
    return MetricCollector.builder(hub).standardSources().source(workflows).source(agents).build();
  }

  private static void print(
      int seconds, double wallNanos, Usage growth, CollectorStats before, CollectorStats after) {
    System.out.printf(
        Locale.ROOT,
        "in %d s: %d collections, %d metrics; CPU %.2f %% of a core; %d KB of garbage per second;"
            + " slowest last collection %.1f ms%n",
        seconds,
        after.collections() - before.collections(),
        after.metricsPublished() - before.metricsPublished(),
        100 * growth.cpuNanos / wallNanos,
        growth.bytes / seconds / 1024,
        after.lastCollection().toNanos() / 1e6);
  }

  private void work(Duration duration) throws InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      for (int name = 0; name < NAMES; name++) {
        workflows.recordSuccess("workflow-" + name, Duration.ofMillis(name));
        agents.start("agent-" + name).succeed();
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private Usage usage() {
    long cpu = 0;
    long bytes = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("metric-collector-")) {
        cpu += threads.getThreadCpuTime(thread.getId());
        bytes += threads.getThreadAllocatedBytes(thread.getId());
      }
    }
    return new Usage(cpu, bytes);
  }
}
