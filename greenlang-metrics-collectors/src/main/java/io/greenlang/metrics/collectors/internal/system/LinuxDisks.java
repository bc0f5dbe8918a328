package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.collectors.internal.linux.DiskStats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reader of the physical disks of Linux, from one file with the counters of all block devices. The
 * kind of a device is queried once, when it appears. Confined to one thread.
 *
 * <p>A disk is physical if it has hardware behind it. So is one without, such as a network block
 * device, unless its name is known to be virtual.
 */
final class LinuxDisks {

  /** Devices whose traffic reaches another disk, or none. */
  private static final Pattern VIRTUAL =
      Pattern.compile("(loop|ram|zram|dm-|md|bcache|drbd|zd|nullb|sr|fd).*");

  private final DiskStats devices;
  private Map<String, Boolean> physical = Map.of();

  LinuxDisks(DiskStats devices) {
    this.devices = devices;
  }

  /** Returns the present disks. */
  List<DiskCounts> read() {
    List<DiskStats.Line> lines = devices.read();
    Map<String, Boolean> present = new HashMap<>();
    for (DiskStats.Line line : lines) {
      Boolean known = physical.get(line.name());
      present.put(line.name(), known == null ? isPhysical(line.name()) : known);
    }
    physical = present;
    return lines.stream()
        .filter(line -> present.getOrDefault(line.name(), false))
        .map(DiskCounts::of)
        .toList();
  }

  private boolean isPhysical(String name) {
    return devices.isWhole(name) && (devices.hasDevice(name) || !VIRTUAL.matcher(name).matches());
  }
}
