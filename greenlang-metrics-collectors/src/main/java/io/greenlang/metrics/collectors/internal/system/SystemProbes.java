package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.support.FailureLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.software.os.OperatingSystem;
import oshi.spi.SystemInfoProvider;

/** Factory of the system probes. Opening OSHI takes 0.2 to 0.5 s. */
public final class SystemProbes {

  private SystemProbes() {}

  /**
   * Returns the most suitable OSHI provider for this system. On Linux, this is the provider without
   * native code. It only reads {@code /proc} and {@code /sys}, so it needs neither libudev nor a
   * {@code /tmp} into which JNA can unpack a library and run it. Hardened containers lack both.
   */
  public static SystemInfoProvider bestProvider() {
    SystemInfoProvider nativeFree = new oshi.nativefree.SystemInfo();
    return nativeFree.isAvailable() ? nativeFree : new oshi.SystemInfo();
  }

  /** Opens the probes, in the order in which their metrics are published. */
  public static List<Probe> open(SystemInfoProvider system, MetricsClock clock) {
    HardwareAbstractionLayer hardware = system.getHardware();
    OperatingSystem os = system.getOperatingSystem();
    Map<String, Probe> probes = new LinkedHashMap<>();
    probes.put("the processors", new CpuProbe(hardware.getProcessor(), clock));
    probes.put("the memory", new MemoryProbe(hardware.getMemory()));
    probes.put("the file systems", FileSystemProbe.forLocalMachine(clock));
    probes.put("the disks", new DiskActivityProbe(hardware, clock));
    probes.put(
        "the network", new NetworkProbe(hardware, PhysicalInterfaces.forLocalMachine(), clock));
    probes.put("this process", new ProcessProbe(os.getCurrentProcess(), clock));
    probes.put("the uptime", samples -> samples.gauge("uptime", os.getSystemUptime()));
    List<Probe> guarded = new ArrayList<>();
    probes.forEach(
        (name, probe) ->
            guarded.add(new GuardedProbe(name, probe, new FailureLog(FailureLog.SLF4J, clock))));
    return guarded;
  }
}
