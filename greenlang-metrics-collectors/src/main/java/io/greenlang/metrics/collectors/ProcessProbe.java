package io.greenlang.metrics.collectors;

import com.sun.management.UnixOperatingSystemMXBean;
import io.greenlang.metrics.MetricsClock;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import oshi.software.os.OSProcess;

/** {@code process.*}: what the operating system says of this process. */
final class ProcessProbe implements Probe {

  private static final double MILLIS_PER_SECOND = 1000;

  private final OSProcess process;
  private final CpuShare share;
  private final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
  private final CostLimit openFilesCost;

  ProcessProbe(OSProcess process, MetricsClock clock) {
    this.process = process;
    this.share = new CpuShare(clock);
    this.openFilesCost = new CostLimit(clock);
  }

  @Override
  public void read(Readings readings) {
    if (!process.updateAttributes()) {
      return;
    }
    long millis = process.getKernelTime() + process.getUserTime();
    readings.counter("process.cpu.seconds", millis / MILLIS_PER_SECOND);
    share
        .percentSince(millis * 1_000_000)
        .ifPresent(percent -> readings.gauge("process.cpu.percent", percent));
    readings.gauge("process.memory.resident", process.getResidentMemory());
    readings.gauge("process.memory.virtual", process.getVirtualSize());
    readings.gauge("process.threads", process.getThreadCount());
    readings.gauge("process.uptime", process.getUpTime() / MILLIS_PER_SECOND);
    openFilesCost.run(() -> readings.gauge("process.files.open", openFiles()));
  }

  /** The JVM counts them natively; OSHI makes an object of each, and a server has thousands. */
  private long openFiles() {
    return system instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : process.getOpenFiles();
  }
}
