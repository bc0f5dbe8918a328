package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.software.os.OperatingSystem;
import oshi.spi.SystemInfoProvider;

/** Opens OSHI, which takes 0.2 to 0.5 s, and makes the probes on it. */
final class SystemProbes {

  private SystemProbes() {}

  /**
   * The best way into this system. On Linux the one without native code: it reads {@code /proc} and
   * {@code /sys} only, so it needs neither libudev nor a {@code /tmp} that JNA may unpack a library
   * to and run it from, both of which hardened containers lack.
   */
  static SystemInfoProvider bestProvider() {
    SystemInfoProvider nativeFree = new oshi.nativefree.SystemInfo();
    return nativeFree.isAvailable() ? nativeFree : new oshi.SystemInfo();
  }

  /** The probes, in the order in which their metrics are published. */
  static List<Probe> open(SystemInfoProvider system, MetricsClock clock) {
    HardwareAbstractionLayer hardware = system.getHardware();
    OperatingSystem os = system.getOperatingSystem();
    Map<String, Probe> probes = new LinkedHashMap<>();
    probes.put("the processors", new CpuProbe(hardware.getProcessor(), clock));
    probes.put("the memory", new MemoryProbe(hardware.getMemory()));
    probes.put("the file systems", FileSystemProbe.ofThisMachine(clock));
    probes.put("the disks", new DiskActivityProbe(hardware, clock));
    probes.put(
        "the network", new NetworkProbe(hardware, PhysicalInterfaces.ofThisMachine(), clock));
    probes.put("this process", new ProcessProbe(os.getCurrentProcess(), clock));
    probes.put("the uptime", readings -> readings.gauge("uptime", os.getSystemUptime()));
    List<Probe> guarded = new ArrayList<>();
    probes.forEach(
        (name, probe) ->
            guarded.add(new GuardedProbe(name, probe, new FailureLog(FailureLog.SLF4J, clock))));
    return guarded;
  }
}
