package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.linux.DiskStats;
import io.greenlang.metrics.collectors.internal.linux.KernelFiles;
import io.greenlang.metrics.collectors.internal.support.MonotonicSum;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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

  /** One counter, of all disks together and of each disk. */
  private record Count(
      String totalName, String deviceName, DiskCounts.Counter counter, MonotonicSum total) {

    static Count of(DiskCounts.Counter counter) {
      return new Count(
          "disk." + counter.name(), "disk.device." + counter.name(), counter, new MonotonicSum());
    }

    long valueOf(DiskCounts disk) {
      return counter.reader().applyAsLong(disk);
    }
  }

  private final List<Count> counts = DiskCounts.COUNTERS.stream().map(Count::of).toList();
  private final Supplier<List<DiskCounts>> disks;
  private boolean everPresent;

  DiskActivityProbe(HardwareAbstractionLayer hardware, KernelFiles files, MetricsClock clock) {
    this.disks =
        files.isReadable(DiskStats.PATH)
            ? new LinuxDisks(new DiskStats(files))::read
            : disksOfOshi(hardware, clock);
  }

  private static Supplier<List<DiskCounts>> disksOfOshi(
      HardwareAbstractionLayer hardware, MetricsClock clock) {
    DeviceCache<HWDiskStore> cache =
        new DeviceCache<>(hardware::getDiskStores, HWDiskStore::updateAttributes, clock);
    return () -> cache.refresh().stream().map(DiskCounts::of).toList();
  }

  @Override
  public void read(SampleCollector samples) {
    List<DiskCounts> present = disks.get();
    Set<String> names = present.stream().map(DiskCounts::name).collect(Collectors.toSet());
    everPresent |= !present.isEmpty();
    for (Count count : counts) {
      // A disk that is attached again counts from zero under its old name.
      count.total.retain(names);
      present.stream()
          .filter(disk -> count.valueOf(disk) >= 0)
          .forEach(disk -> count.total.update(disk.name(), count.valueOf(disk)));
      if (everPresent) {
        samples.counter(count.totalName, count.total.total());
      }
    }
    present.stream().limit(MAX_DISKS).forEach(disk -> writeDevice(disk, samples));
  }

  private void writeDevice(DiskCounts disk, SampleCollector samples) {
    SampleCollector deviceSamples = samples.withTag("disk", disk.name());
    counts.forEach(count -> deviceSamples.counter(count.deviceName, count.valueOf(disk)));
    deviceSamples.counter("disk.device.busy_ms", disk.busyMillis());
  }
}
