package io.greenlang.metrics.collectors.internal.system;

import com.sun.management.UnixOperatingSystemMXBean;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.support.CpuUsage;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import oshi.software.os.OSProcess;

/** Probe of {@code process.*}: the operating system's view of this process. */
final class ProcessProbe implements SystemProbes.Probe {

  private static final double MILLIS_PER_SECOND = 1000;

  private final OSProcess process;
  private final CpuUsage cpuUsage;
  private final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
  private final AdaptiveThrottle openFilesThrottle;

  ProcessProbe(OSProcess process, MetricsClock clock) {
    this.process = process;
    this.cpuUsage = new CpuUsage(clock);
    this.openFilesThrottle = new AdaptiveThrottle(clock);
  }

  @Override
  public void read(SampleCollector samples) {
    if (!process.updateAttributes()) {
      return;
    }
    long millis = process.getKernelTime() + process.getUserTime();
    samples.counter("process.cpu.seconds", millis / MILLIS_PER_SECOND);
    cpuUsage
        .percentSincePrevious(millis * 1_000_000)
        .ifPresent(percent -> samples.gauge("process.cpu.percent", percent));
    samples.gauge("process.memory.resident", process.getResidentMemory());
    samples.gauge("process.memory.virtual", process.getVirtualSize());
    samples.gauge("process.threads", process.getThreadCount());
    samples.gauge("process.uptime", process.getUpTime() / MILLIS_PER_SECOND);
    openFilesThrottle.run(() -> samples.gauge("process.files.open", openFiles()));
  }

  /**
   * Returns the number of open files. The JVM counts them natively; OSHI creates an object for
   * each, and a server has thousands.
   */
  private long openFiles() {
    return system instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : process.getOpenFiles();
  }
}
