package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.io.File;
import java.nio.file.Path;
import java.util.List;

/**
 * Probe of {@code disk.total}, {@code disk.used} (bytes) and {@code disk.percent} of the main file
 * system, and {@code disk.mount.*} of each file system that {@link Mounts} finds. The values have
 * the same meaning as in {@code df}: space reserved for root counts neither as used nor as free.
 *
 * <p>It does not use OSHI, which starts the process {@code lsblk} at each collection (3 ms). Nor
 * does it use {@code Files.getFileStore}, which searches all mounts and fails in some chroots.
 */
final class FileSystemProbe implements SystemProbes.Probe {

  private final File root;
  private final Mounts mounts;
  private final AdaptiveThrottle listThrottle;

  /**
   * The mounts as of the latest listing. They are listed at each collection, if that is cheap: the
   * directory of a mount remains when it is unmounted, and then has the values of another one.
   */
  private List<File> mounted = List.of();

  FileSystemProbe(File root, Mounts mounts, MetricsClock clock) {
    this.root = root;
    this.mounts = mounts;
    this.listThrottle = new AdaptiveThrottle(clock);
  }

  /**
   * Returns the probe of this machine. The main file system is the one at the root of the working
   * directory.
   */
  static FileSystemProbe forLocalMachine(MetricsClock clock) {
    File root = Path.of("").toAbsolutePath().getRoot().toFile();
    return new FileSystemProbe(root, Mounts.forLocalMachine(), clock);
  }

  @Override
  public void read(SampleCollector samples) {
    read(root, "disk.", samples);
    listThrottle.run(() -> mounted = mounts.list());
    for (File mount : mounted) {
      read(mount, "disk.mount.", samples.withTag("mount", mount.getPath()));
    }
  }

  private static void read(File fileSystem, String prefix, SampleCollector samples) {
    long total = fileSystem.getTotalSpace();
    if (total <= 0) {
      return; // java.io.File returns 0 if it cannot read the file system
    }
    long used = total - fileSystem.getFreeSpace();
    samples.gauge(prefix + "total", total);
    samples.gauge(prefix + "used", used);
    samples.percent(prefix + "percent", used, used + fileSystem.getUsableSpace());
  }
}
