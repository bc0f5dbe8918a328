package io.greenlang.metrics.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.jmx.JmxRule;
import io.greenlang.metrics.jmx.JmxSource;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Benchmark of the source of JMX over the MBeans of the platform, without rules and with one. It
 * prints the CPU time of the whole process for one collection with its publication, which is a
 * share of a processor if one is made per second. The argument is the number of collections, 1,000
 * by default.
 */
public final class JmxCost {

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private JmxCost() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws InterruptedException {
    int collections = args.length == 0 ? 1000 : Integer.parseInt(args[0]);
    JmxCost cost = new JmxCost();
    cost.measure("all MBeans", JmxSource.builder().build(), collections);
    cost.measure(
        "memory pools",
        JmxSource.builder()
            .include("java.lang:type=MemoryPool,*")
            .rule(JmxRule.matching("name=(.+)><Usage>(\\w+)").name("pool.$2").tag("pool", "$1"))
            .build(),
        collections);
  }

  private void measure(String name, JmxSource source, int collections) throws InterruptedException {
    try (MetricsHub hub = MetricsHub.create()) {
      collect(source, hub, collections); // warm-up
      long before = system.getProcessCpuTime();
      collect(source, hub, collections);
      double millis = (system.getProcessCpuTime() - before) / 1e6 / collections;
      System.out.printf(
          Locale.ROOT,
          "%-12s: %d series of %d MBeans; CPU %.2f ms per collection, %.2f %% of a core at 1 s%n",
          name,
          source.stats().series(),
          source.stats().beans(),
          millis,
          millis / 10);
    }
  }

  private static void collect(JmxSource source, MetricsHub hub, int collections)
      throws InterruptedException {
    for (int i = 0; i < collections; i++) {
      hub.publish(source.collect());
    }
  }
}
