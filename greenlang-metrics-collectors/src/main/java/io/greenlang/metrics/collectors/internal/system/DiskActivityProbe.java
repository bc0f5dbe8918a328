package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.support.MonotonicSum;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.util.List;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;

/**
 * Probe of disk activity, as cumulative totals. {@code disk.bytes_read}, {@code
 * disk.bytes_written}, {@code disk.reads} and {@code disk.writes} cover the physical disks, so that
 * traffic through a mapped volume is not counted twice. {@code disk.device.*} covers each of the
 * first {@value #MAX_DISKS} disks individually.
 */
final class DiskActivityProbe implements SystemProbes.Probe {

  private static final int MAX_DISKS = 32;

  private final DeviceCache<HWDiskStore> disks;
  private final MonotonicSum bytesRead = new MonotonicSum();
  private final MonotonicSum bytesWritten = new MonotonicSum();
  private final MonotonicSum reads = new MonotonicSum();
  private final MonotonicSum writes = new MonotonicSum();
  private boolean everPresent;

  DiskActivityProbe(HardwareAbstractionLayer hardware, MetricsClock clock) {
    this.disks = new DeviceCache<>(hardware::getDiskStores, HWDiskStore::updateAttributes, clock);
  }

  @Override
  public void read(SampleCollector samples) {
    List<HWDiskStore> present = disks.refresh();
    for (HWDiskStore disk : present) {
      bytesRead.update(disk.getName(), disk.getReadBytes());
      bytesWritten.update(disk.getName(), disk.getWriteBytes());
      reads.update(disk.getName(), disk.getReads());
      writes.update(disk.getName(), disk.getWrites());
    }
    everPresent |= !present.isEmpty();
    if (everPresent) {
      samples.counter("disk.bytes_read", bytesRead.total());
      samples.counter("disk.bytes_written", bytesWritten.total());
      samples.counter("disk.reads", reads.total());
      samples.counter("disk.writes", writes.total());
    }
    present.stream().limit(MAX_DISKS).forEach(disk -> readDevice(disk, samples));
  }

  private static void readDevice(HWDiskStore disk, SampleCollector samples) {
    SampleCollector deviceSamples = samples.withTag("disk", disk.getName());
    deviceSamples.counter("disk.device.bytes_read", disk.getReadBytes());
    deviceSamples.counter("disk.device.bytes_written", disk.getWriteBytes());
    deviceSamples.counter("disk.device.reads", disk.getReads());
    deviceSamples.counter("disk.device.writes", disk.getWrites());
    deviceSamples.counter("disk.device.busy_ms", disk.getTransferTime());
  }
}
