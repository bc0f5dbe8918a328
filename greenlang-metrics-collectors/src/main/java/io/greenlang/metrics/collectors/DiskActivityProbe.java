package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.List;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;

/**
 * {@code disk.bytes_read} and {@code disk.bytes_written}: running totals over the disks that are
 * hardware, so that what passes through a mapped volume is not counted twice.
 */
final class DiskActivityProbe implements Probe {

  private final Devices<HWDiskStore> disks;
  private final RunningTotals read = new RunningTotals();
  private final RunningTotals written = new RunningTotals();
  private boolean seenAny;

  DiskActivityProbe(HardwareAbstractionLayer hardware, MetricsClock clock) {
    this.disks = new Devices<>(hardware::getDiskStores, HWDiskStore::updateAttributes, clock);
  }

  @Override
  public void read(Readings readings) {
    List<HWDiskStore> present = disks.read();
    for (HWDiskStore disk : present) {
      read.update(disk.getName(), disk.getReadBytes());
      written.update(disk.getName(), disk.getWriteBytes());
    }
    seenAny |= !present.isEmpty();
    if (seenAny) {
      readings.counter("disk.bytes_read", read.total());
      readings.counter("disk.bytes_written", written.total());
    }
  }
}
