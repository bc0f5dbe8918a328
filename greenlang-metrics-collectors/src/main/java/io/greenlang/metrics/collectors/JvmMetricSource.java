package io.greenlang.metrics.collectors;

import com.sun.management.OperatingSystemMXBean;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.jvm.GcPauses;
import io.greenlang.metrics.collectors.internal.jvm.JvmDescriptions;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.CpuUsage;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
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
 * Source of this JVM's metrics, on the channel {@code jvm.metrics}: memory by pool, garbage
 * collections and their pauses, threads, classes, buffers and CPU. {@code
 * docs/reference/metrics.md} lists every metric. Values that the JVM does not report are omitted.
 * Used by one thread at a time, as {@link MetricSource} requires.
 */
public final class JvmMetricSource implements MetricSource {

  /** The channel {@code jvm.metrics}. */
  public static final Channel CHANNEL = new Channel("jvm.metrics");

  private static final List<MetricDescription> DESCRIPTIONS = JvmDescriptions.ofJvm(CHANNEL);

  private static final double MILLIS_PER_SECOND = 1000;

  private final CachedTags tags = new CachedTags(Tags.empty());
  private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans();
  private final List<BufferPoolMXBean> buffers =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
  private final CpuUsage cpuUsage = new CpuUsage(MetricsClock.system());
  private final GcPauses pauses = GcPauses.register(collectors);

  private JvmMetricSource() {}

  /** Returns a new source of this JVM's metrics. */
  public static JvmMetricSource create() {
    return new JvmMetricSource();
  }

  /** Returns {@code jvm}. */
  @Override
  public String name() {
    return "jvm";
  }

  @Override
  public Collection<MetricDescription> descriptions() {
    return DESCRIPTIONS;
  }

  @Override
  public Collection<Metric> collect() {
    SampleCollector samples = new SampleCollector(CHANNEL, tags);
    readMemory(samples);
    readCollections(samples);
    readThreadsAndClasses(samples);
    for (BufferPoolMXBean pool : buffers) {
      SampleCollector poolSamples = samples.withTag("pool", pool.getName());
      poolSamples.gauge("buffers.count", pool.getCount());
      poolSamples.gauge("buffers.used", pool.getMemoryUsed());
      poolSamples.gauge("buffers.capacity", pool.getTotalCapacity());
    }
    readCpu(samples);
    return samples.metrics();
  }

  private void readMemory(SampleCollector samples) {
    var memory = ManagementFactory.getMemoryMXBean();
    write("memory.heap.", memory.getHeapMemoryUsage(), samples);
    write("memory.nonheap.", memory.getNonHeapMemoryUsage(), samples);
    MemoryUsage heap = memory.getHeapMemoryUsage();
    samples.percent("memory.heap.percent", heap.getUsed(), heap.getMax());
    for (MemoryPoolMXBean pool : pools) {
      @Nullable MemoryUsage usage = pool.getUsage(); // null if the pool no longer exists
      if (usage != null) {
        write("memory.pool.", usage, samples.withTag("pool", pool.getName()));
      }
    }
  }

  private static void write(String prefix, MemoryUsage usage, SampleCollector samples) {
    samples.gauge(prefix + "used", usage.getUsed());
    samples.gauge(prefix + "committed", usage.getCommitted());
    samples.gauge(prefix + "max", usage.getMax());
  }

  private void readCollections(SampleCollector samples) {
    for (GarbageCollectorMXBean collector : collectors) {
      SampleCollector collectorSamples = samples.withTag("gc", collector.getName());
      collectorSamples.counter("gc.count", collector.getCollectionCount());
      collectorSamples.counter("gc.seconds", collector.getCollectionTime() / MILLIS_PER_SECOND);
    }
    pauses.drain(
        (collector, millis) -> samples.withTag("gc", collector).histogram("gc.pause", millis));
  }

  private void readThreadsAndClasses(SampleCollector samples) {
    samples.gauge("threads.count", threads.getThreadCount());
    samples.gauge("threads.daemon", threads.getDaemonThreadCount());
    samples.gauge("threads.peak", threads.getPeakThreadCount());
    samples.counter("threads.started", threads.getTotalStartedThreadCount());
    samples.gauge("classes.count", classes.getLoadedClassCount());
    samples.counter("classes.loaded", classes.getTotalLoadedClassCount());
    samples.counter("classes.unloaded", classes.getUnloadedClassCount());
  }

  private void readCpu(SampleCollector samples) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      long nanos = system.getProcessCpuTime();
      samples.counter("cpu.seconds", nanos / 1e9);
      cpuUsage
          .percentSincePrevious(nanos)
          .ifPresent(percent -> samples.gauge("cpu.percent", percent));
    }
    samples.gauge("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS_PER_SECOND);
  }
}
