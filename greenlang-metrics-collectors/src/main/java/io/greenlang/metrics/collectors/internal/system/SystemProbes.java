package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.linux.KernelFiles;
import io.greenlang.metrics.collectors.internal.support.FailureLog;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import oshi.software.os.OperatingSystem;
import oshi.spi.SystemInfoProvider;

/**
 * Probes of the whole system, in the order in which their metrics are published. They isolate
 * failures: if one part cannot be read, only its metrics are missing, and the failure is logged at
 * most once per minute. Confined to one thread.
 */
public final class SystemProbes {

  /** Reader of one part of the system, such as memory. Confined to one thread. */
  @FunctionalInterface
  interface Probe {

    /** Adds the current values to {@code samples} and omits those that cannot be read. */
    void read(SampleCollector samples);
  }

  private record GuardedProbe(String name, Probe probe, FailureLog failures) {
    void read(SampleCollector samples) {
      try {
        probe.read(samples);
      } catch (RuntimeException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e; // the collector stops, which closes the file that is being read
        }
        failures.log("Failed to read " + name + " (metrics omitted)", e);
      }
    }
  }

  private final List<GuardedProbe> probes;

  /**
   * Creates the guarded form of probes.
   *
   * @param probes the probes by the names under which their failures are logged
   */
  SystemProbes(Map<String, Probe> probes, FailureLog.Output failureOutput, MetricsClock clock) {
    this.probes =
        probes.entrySet().stream()
            .map(
                entry ->
                    new GuardedProbe(
                        entry.getKey(), entry.getValue(), new FailureLog(failureOutput, clock)))
            .toList();
  }

  /**
   * Returns the most suitable OSHI provider for this system. On Linux, this is the provider without
   * native code. It only reads {@code /proc} and {@code /sys}, so it needs neither libudev nor a
   * {@code /tmp} into which JNA can unpack a library and run it. Hardened containers lack both.
   */
  public static SystemInfoProvider bestProvider() {
    SystemInfoProvider nativeFree = new oshi.nativefree.SystemInfo();
    return nativeFree.isAvailable() ? nativeFree : new oshi.SystemInfo();
  }

  /** Probes that are opened one after another, unless the collector stops meanwhile. */
  private static final class OpenedProbes {
    private final Map<String, Probe> probes = new LinkedHashMap<>();

    /** Opens a probe, which may take 0.1 s and ignores interrupts. */
    void add(String name, Supplier<Probe> probe) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted before opening " + name);
      }
      probes.put(name, probe.get());
    }
  }

  /**
   * Opens the probes, which takes 0.2 to 0.5 s.
   *
   * @throws CancellationException if the thread is interrupted
   */
  public static SystemProbes open(SystemInfoProvider system, MetricsClock clock) {
    KernelFiles files = KernelFiles.ofThisMachine();
    OpenedProbes opened = new OpenedProbes();
    opened.add(
        "the processors", () -> new CpuProbe(system.getHardware().getProcessor(), files, clock));
    opened.add("the memory", () -> new MemoryProbe(system.getHardware().getMemory()));
    opened.add("the file systems", () -> FileSystemProbe.forLocalMachine(clock));
    opened.add("the disks", () -> new DiskActivityProbe(system.getHardware(), files, clock));
    opened.add("the network", () -> new NetworkProbe(system.getHardware(), files, clock));
    ContainerProbe container = new ContainerProbe(files, clock);
    opened.add("the memory of the container", () -> container::readMemory);
    opened.add("the processors of the container", () -> container::readCpu);
    opened.add(
        "this process",
        () -> new ProcessProbe(system.getOperatingSystem().getCurrentProcess(), clock));
    opened.add("the uptime", () -> uptime(system.getOperatingSystem()));
    return new SystemProbes(opened.probes, FailureLog.SLF4J, clock);
  }

  private static Probe uptime(OperatingSystem os) {
    return samples -> samples.gauge("uptime", os.getSystemUptime());
  }

  /** Adds the current values of all parts that can be read. */
  public void read(SampleCollector samples) {
    probes.forEach(probe -> probe.read(samples));
  }
}
