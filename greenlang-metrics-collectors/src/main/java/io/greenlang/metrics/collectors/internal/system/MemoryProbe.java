package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import oshi.hardware.GlobalMemory;
import oshi.hardware.VirtualMemory;

/** Probe of {@code memory.*} and {@code swap.*}, in bytes. */
final class MemoryProbe implements SystemProbes.Probe {

  private final GlobalMemory memory;

  MemoryProbe(GlobalMemory memory) {
    this.memory = memory;
  }

  @Override
  public void read(SampleCollector samples) {
    long total = memory.getTotal();
    if (total <= 0) {
      return; // OSHI returns 0 if it cannot read the memory
    }
    long available = memory.getAvailable();
    long used = total - available;
    samples.gauge("memory.total", total);
    samples.gauge("memory.available", available);
    samples.gauge("memory.used", used);
    samples.percent("memory.percent", used, total);

    VirtualMemory virtual = memory.getVirtualMemory();
    samples.gauge("swap.total", virtual.getSwapTotal());
    samples.gauge("swap.used", virtual.getSwapUsed());
    samples.percent("swap.percent", virtual.getSwapUsed(), virtual.getSwapTotal());
  }
}
