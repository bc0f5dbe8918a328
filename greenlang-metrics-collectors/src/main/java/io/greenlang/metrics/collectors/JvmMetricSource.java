package io.greenlang.metrics.collectors;

import com.sun.management.OperatingSystemMXBean;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads this Java virtual machine, for the channel {@code jvm.metrics}: memory by pool, collections
 * and their pauses, threads, classes, buffers, CPU. {@code docs/collectors.md} lists every metric.
 * What the machine does not tell is left out. One thread at a time, as {@link MetricSource}
 * promises.
 */
public final class JvmMetricSource implements MetricSource {

  /** {@code jvm.metrics}. */
  public static final Channel CHANNEL = new Channel("jvm.metrics");

  private static final double MILLIS_PER_SECOND = 1000;

  private final PartTags tags = new PartTags(Tags.empty());
  private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans();
  private final List<BufferPoolMXBean> buffers =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
  private final CpuShare share = new CpuShare(MetricsClock.system());
  private final GcPauses pauses = GcPauses.listening(collectors);

  private JvmMetricSource() {}

  /** A source of this virtual machine. */
  public static JvmMetricSource create() {
    return new JvmMetricSource();
  }

  /** {@code jvm}. */
  @Override
  public String name() {
    return "jvm";
  }

  @Override
  public Collection<Metric> collect() {
    Readings readings = new Readings(CHANNEL, tags);
    readMemory(readings);
    readCollections(readings);
    readThreadsAndClasses(readings);
    for (BufferPoolMXBean pool : buffers) {
      Readings ofPool = readings.of("pool", pool.getName());
      ofPool.gauge("buffers.count", pool.getCount());
      ofPool.gauge("buffers.used", pool.getMemoryUsed());
      ofPool.gauge("buffers.capacity", pool.getTotalCapacity());
    }
    readCpu(readings);
    return readings.metrics();
  }

  private void readMemory(Readings readings) {
    var memory = ManagementFactory.getMemoryMXBean();
    write("memory.heap.", memory.getHeapMemoryUsage(), readings);
    write("memory.nonheap.", memory.getNonHeapMemoryUsage(), readings);
    MemoryUsage heap = memory.getHeapMemoryUsage();
    readings.percent("memory.heap.percent", heap.getUsed(), heap.getMax());
    for (MemoryPoolMXBean pool : pools) {
      @Nullable MemoryUsage usage = pool.getUsage(); // null when the pool is gone
      if (usage != null) {
        write("memory.pool.", usage, readings.of("pool", pool.getName()));
      }
    }
  }

  private static void write(String prefix, MemoryUsage usage, Readings readings) {
    readings.gauge(prefix + "used", usage.getUsed());
    readings.gauge(prefix + "committed", usage.getCommitted());
    readings.gauge(prefix + "max", usage.getMax());
  }

  private void readCollections(Readings readings) {
    for (GarbageCollectorMXBean collector : collectors) {
      Readings ofCollector = readings.of("gc", collector.getName());
      ofCollector.counter("gc.count", collector.getCollectionCount());
      ofCollector.counter("gc.seconds", collector.getCollectionTime() / MILLIS_PER_SECOND);
    }
    pauses.drain((collector, millis) -> readings.of("gc", collector).histogram("gc.pause", millis));
  }

  private void readThreadsAndClasses(Readings readings) {
    readings.gauge("threads.count", threads.getThreadCount());
    readings.gauge("threads.daemon", threads.getDaemonThreadCount());
    readings.gauge("threads.peak", threads.getPeakThreadCount());
    readings.counter("threads.started", threads.getTotalStartedThreadCount());
    readings.gauge("classes.count", classes.getLoadedClassCount());
    readings.counter("classes.loaded", classes.getTotalLoadedClassCount());
    readings.counter("classes.unloaded", classes.getUnloadedClassCount());
  }

  private void readCpu(Readings readings) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      long nanos = system.getProcessCpuTime();
      readings.counter("cpu.seconds", nanos / 1e9);
      share.percentSince(nanos).ifPresent(percent -> readings.gauge("cpu.percent", percent));
    }
    readings.gauge("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS_PER_SECOND);
  }
}
