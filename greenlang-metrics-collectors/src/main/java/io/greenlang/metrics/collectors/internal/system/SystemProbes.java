package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.linux.KernelFiles;
import io.greenlang.metrics.collectors.internal.support.FailureLog;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import oshi.hardware.HardwareAbstractionLayer;
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

  /** Opens the probes, which takes 0.2 to 0.5 s. */
  public static SystemProbes open(SystemInfoProvider system, MetricsClock clock) {
    KernelFiles files = KernelFiles.ofThisMachine();
    HardwareAbstractionLayer hardware = system.getHardware();
    OperatingSystem os = system.getOperatingSystem();
    Map<String, Probe> probes = new LinkedHashMap<>();
    probes.put("the processors", new CpuProbe(hardware.getProcessor(), files, clock));
    probes.put("the memory", new MemoryProbe(hardware.getMemory()));
    probes.put("the file systems", FileSystemProbe.forLocalMachine(clock));
    probes.put("the disks", new DiskActivityProbe(hardware, files, clock));
    probes.put("the network", new NetworkProbe(hardware, files, clock));
    ContainerProbe container = new ContainerProbe(files, clock);
    probes.put("the memory of the container", container::readMemory);
    probes.put("the processors of the container", container::readCpu);
    probes.put("this process", new ProcessProbe(os.getCurrentProcess(), clock));
    probes.put("the uptime", samples -> samples.gauge("uptime", os.getSystemUptime()));
    return new SystemProbes(probes, FailureLog.SLF4J, clock);
  }

  /** Adds the current values of all parts that can be read. */
  public void read(SampleCollector samples) {
    probes.forEach(probe -> probe.read(samples));
  }
}
