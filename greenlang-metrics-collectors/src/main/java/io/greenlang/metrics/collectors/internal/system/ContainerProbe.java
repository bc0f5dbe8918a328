package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.linux.CpuCgroup;
import io.greenlang.metrics.collectors.internal.linux.KernelFiles;
import io.greenlang.metrics.collectors.internal.linux.MemoryCgroup;
import io.greenlang.metrics.collectors.internal.support.CpuUsage;
import io.greenlang.metrics.collectors.internal.support.MonotonicSum;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import org.jspecify.annotations.Nullable;

/**
 * Probe of {@code container.*}: the limits of this process's cgroups, and the use that the kernel
 * compares with them. A cgroup limits a container, a pod or a service. Values without a limit are
 * those of the process's cgroup. A process in the root of all cgroups has none of these metrics.
 */
final class ContainerProbe {

  private static final double NANOS_PER_SECOND = 1e9;

  /** A cumulative value of the cgroup with the limit, which continues if another one takes over. */
  private static final class Counter {
    private final MonotonicSum sum = new MonotonicSum();
    private @Nullable String latestCgroup;

    /** Returns the updated total; negative if the value is unknown. */
    long update(String cgroup, long value) {
      if (value < 0) {
        return -1;
      }
      if (latestCgroup != null && !latestCgroup.equals(cgroup)) {
        sum.startAt(cgroup, value);
      }
      latestCgroup = cgroup;
      sum.update(cgroup, value);
      return sum.total();
    }
  }

  private final MemoryCgroup memory;
  private final CpuCgroup cpu;
  private final CpuUsage cpuUsage;
  private final Counter usageNanos = new Counter();
  private final Counter periods = new Counter();
  private final Counter throttledPeriods = new Counter();
  private final Counter throttledNanos = new Counter();
  private boolean everLimited;

  ContainerProbe(KernelFiles files, MetricsClock clock) {
    this.memory = new MemoryCgroup(files);
    this.cpu = new CpuCgroup(files);
    this.cpuUsage = new CpuUsage(clock);
  }

  /** Adds {@code container.memory.*}. */
  void readMemory(SampleCollector samples) {
    MemoryCgroup.Usage usage = memory.read();
    samples.gauge("container.memory.limit", usage.limit());
    samples.gauge("container.memory.used", usage.used());
    if (usage.used() >= 0) {
      samples.percent("container.memory.percent", usage.used(), usage.limit());
    }
  }

  /** Adds {@code container.cpu.*}. */
  void readCpu(SampleCollector samples) {
    CpuCgroup.@Nullable Usage usage = cpu.read();
    if (usage != null) {
      writeCpu(usage, samples);
    }
  }

  private void writeCpu(CpuCgroup.Usage usage, SampleCollector samples) {
    samples.gauge("container.cpu.limit", usage.limit());
    long nanos = usageNanos.update(usage.cgroup(), usage.usageNanos());
    samples.counter("container.cpu.seconds", seconds(nanos));
    cpuUsage
        .percentSincePrevious(nanos)
        .ifPresent(
            percent -> {
              if (usage.limit() > 0) {
                samples.gauge("container.cpu.percent", percent / usage.limit());
              }
            });
    writeThrottling(usage, samples);
  }

  /** Writes the counters of the quota, unless the cgroup never had one. */
  private void writeThrottling(CpuCgroup.Usage usage, SampleCollector samples) {
    long total = periods.update(usage.cgroup(), usage.periods());
    long throttled = throttledPeriods.update(usage.cgroup(), usage.throttledPeriods());
    long nanos = throttledNanos.update(usage.cgroup(), usage.throttledNanos());
    everLimited |= usage.isLimited() || total > 0;
    if (everLimited) {
      samples.counter("container.cpu.periods", total);
      samples.counter("container.cpu.throttled_periods", throttled);
      samples.counter("container.cpu.throttled_seconds", seconds(nanos));
    }
  }

  private static double seconds(long nanos) {
    return nanos < 0 ? -1 : nanos / NANOS_PER_SECOND;
  }
}
