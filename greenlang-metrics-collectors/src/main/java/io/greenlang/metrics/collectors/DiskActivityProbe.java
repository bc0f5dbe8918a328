package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.List;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;

/**
 * What was read from and written to disks, as running totals: {@code disk.bytes_read}, {@code
 * disk.bytes_written}, {@code disk.reads} and {@code disk.writes} over the disks that are hardware,
 * so that what passes through a mapped volume is not counted twice; and of the first {@value
 * #MAX_DISKS}, each by itself, {@code disk.device.*}.
 */
final class DiskActivityProbe implements Probe {

  private static final int MAX_DISKS = 32;

  private final Devices<HWDiskStore> disks;
  private final RunningTotals bytesRead = new RunningTotals();
  private final RunningTotals bytesWritten = new RunningTotals();
  private final RunningTotals reads = new RunningTotals();
  private final RunningTotals writes = new RunningTotals();
  private boolean seenAny;

  DiskActivityProbe(HardwareAbstractionLayer hardware, MetricsClock clock) {
    this.disks = new Devices<>(hardware::getDiskStores, HWDiskStore::updateAttributes, clock);
  }

  @Override
  public void read(Readings readings) {
    List<HWDiskStore> present = disks.read();
    for (HWDiskStore disk : present) {
      bytesRead.update(disk.getName(), disk.getReadBytes());
      bytesWritten.update(disk.getName(), disk.getWriteBytes());
      reads.update(disk.getName(), disk.getReads());
      writes.update(disk.getName(), disk.getWrites());
    }
    seenAny |= !present.isEmpty();
    if (seenAny) {
      readings.counter("disk.bytes_read", bytesRead.total());
      readings.counter("disk.bytes_written", bytesWritten.total());
      readings.counter("disk.reads", reads.total());
      readings.counter("disk.writes", writes.total());
    }
    present.stream().limit(MAX_DISKS).forEach(disk -> readDevice(disk, readings));
  }

  private static void readDevice(HWDiskStore disk, Readings readings) {
    Readings ofDevice = readings.of("disk", disk.getName());
    ofDevice.counter("disk.device.bytes_read", disk.getReadBytes());
    ofDevice.counter("disk.device.bytes_written", disk.getWriteBytes());
    ofDevice.counter("disk.device.reads", disk.getReads());
    ofDevice.counter("disk.device.writes", disk.getWrites());
    ofDevice.counter("disk.device.busy_ms", disk.getTransferTime());
  }
}
