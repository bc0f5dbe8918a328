package io.greenlang.metrics.collectors;

import oshi.hardware.GlobalMemory;
import oshi.hardware.VirtualMemory;

/** {@code memory.*} and {@code swap.*}, in bytes. */
final class MemoryProbe implements Probe {

  private final GlobalMemory memory;

  MemoryProbe(GlobalMemory memory) {
    this.memory = memory;
  }

  @Override
  public void read(Readings readings) {
    long total = memory.getTotal();
    if (total <= 0) {
      return; // OSHI's answer when it cannot be read
    }
    long available = memory.getAvailable();
    long used = total - available;
    readings.gauge("memory.total", total);
    readings.gauge("memory.available", available);
    readings.gauge("memory.used", used);
    readings.percent("memory.percent", used, total);

    VirtualMemory virtual = memory.getVirtualMemory();
    readings.gauge("swap.total", virtual.getSwapTotal());
    readings.gauge("swap.used", virtual.getSwapUsed());
    readings.percent("swap.percent", virtual.getSwapUsed(), virtual.getSwapTotal());
  }
}
