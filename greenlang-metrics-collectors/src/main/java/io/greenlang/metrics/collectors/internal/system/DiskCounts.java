package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.collectors.internal.linux.DiskStats;
import java.util.List;
import java.util.function.ToLongFunction;
import oshi.hardware.HWDiskStore;

/** The cumulative counters of one physical disk. */
record DiskCounts(
    String name, long bytesRead, long bytesWritten, long reads, long writes, long busyMillis) {

  /** One of the counters that have a total over all disks, with the last part of its name. */
  record Counter(String name, ToLongFunction<DiskCounts> reader) {}

  static final List<Counter> COUNTERS =
      List.of(
          new Counter("bytes_read", DiskCounts::bytesRead),
          new Counter("bytes_written", DiskCounts::bytesWritten),
          new Counter("reads", DiskCounts::reads),
          new Counter("writes", DiskCounts::writes));

  /** Returns the counters of a disk on Linux, under the name of its device file. */
  static DiskCounts of(DiskStats.Line line) {
    return new DiskCounts(
        "/dev/" + line.name(),
        line.bytesRead(),
        line.bytesWritten(),
        line.reads(),
        line.writes(),
        line.busyMillis());
  }

  /** Returns the counters that OSHI read. */
  static DiskCounts of(HWDiskStore disk) {
    return new DiskCounts(
        disk.getName(),
        disk.getReadBytes(),
        disk.getWriteBytes(),
        disk.getReads(),
        disk.getWrites(),
        disk.getTransferTime());
  }
}
