package io.greenlang.metrics.collectors.internal.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * Reader of the activity of all block devices in {@code /proc/diskstats}, and of their kind in
 * {@code /sys/block}. One file has the counters of all devices, so that a disk is found in the
 * first collection after it was attached.
 */
public final class DiskStats {

  /** The file that has the counters. */
  public static final String PATH = "/proc/diskstats";

  private static final int SECTOR_BYTES = 512;

  /**
   * The counters of one block device: a disk, a partition or a virtual device. A counter is
   * negative if the kernel does not report it.
   *
   * @param busyMillis the time in which at least one operation was in progress
   */
  public record Line(
      String name, long reads, long bytesRead, long writes, long bytesWritten, long busyMillis) {}

  private final KernelFiles files;

  /** Creates a reader. */
  public DiskStats(KernelFiles files) {
    this.files = files;
  }

  /** Returns the counters of all block devices. */
  public List<Line> read() {
    List<Line> lines = new ArrayList<>();
    for (String line : files.lines(PATH)) {
      Fields fields = new Fields(line).skip(2); // the major and minor number
      String name = fields.next();
      if (name != null) {
        lines.add(parse(name, fields));
      }
    }
    return lines;
  }

  /**
   * Parses the numbers after the name: of reads the number, the merged ones, the sectors and the
   * time; the same of writes; the operations in progress; the busy time.
   */
  private static Line parse(String name, Fields fields) {
    long reads = fields.nextNumber();
    long bytesRead = bytes(fields.skip(1).nextNumber());
    long writes = fields.skip(1).nextNumber();
    long bytesWritten = bytes(fields.skip(1).nextNumber());
    return new Line(name, reads, bytesRead, writes, bytesWritten, fields.skip(2).nextNumber());
  }

  /** Returns a number of sectors in bytes. The kernel's sector is independent of the disk's. */
  private static long bytes(long sectors) {
    return sectors < 0 ? -1 : sectors * SECTOR_BYTES;
  }

  /**
   * Returns whether a block device is a whole disk. A partition is not, and neither is a single
   * path to a disk, which the kernel hides.
   */
  public boolean isWhole(String name) {
    String directory = directory(name);
    return files.exists(directory) && files.readNumber(directory + "/hidden") <= 0;
  }

  /**
   * Returns whether a disk has hardware behind it. Mapped volumes, RAID arrays and loop devices
   * have none: their traffic reaches other disks, where it is counted.
   */
  public boolean hasDevice(String name) {
    return files.exists(directory(name) + "/device");
  }

  /** Returns a disk's directory. The kernel writes a slash in a name as an exclamation mark. */
  private static String directory(String name) {
    return "/sys/block/" + name.replace('/', '!');
  }
}
