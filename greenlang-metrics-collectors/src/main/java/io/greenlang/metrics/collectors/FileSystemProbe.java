package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.io.File;
import java.nio.file.Path;

/**
 * {@code disk.total}, {@code disk.used} (bytes) and {@code disk.percent} of the main file system,
 * and {@code disk.mount.*} of each that {@link Mounts} finds. With the same meaning as in {@code
 * df}: what only root may fill counts neither as used nor as free.
 *
 * <p>Not through OSHI, which starts the process {@code lsblk} at each reading (3 ms), and not
 * through {@code Files.getFileStore}, which searches all mounts and fails in some chroots.
 */
final class FileSystemProbe implements Probe {

  private final File root;
  private final Devices<File> mounts;

  FileSystemProbe(File root, Mounts mounts, MetricsClock clock) {
    this.root = root;
    this.mounts = new Devices<>(mounts::list, File::exists, clock);
  }

  /** Of this machine; the main file system is that at the root of the working directory. */
  static FileSystemProbe ofThisMachine(MetricsClock clock) {
    File root = Path.of("").toAbsolutePath().getRoot().toFile();
    return new FileSystemProbe(root, Mounts.ofThisMachine(), clock);
  }

  @Override
  public void read(Readings readings) {
    read(root, "disk.", readings);
    for (File mount : mounts.read()) {
      read(mount, "disk.mount.", readings.of("mount", mount.getPath()));
    }
  }

  private static void read(File place, String prefix, Readings readings) {
    long total = place.getTotalSpace();
    if (total <= 0) {
      return; // java.io.File's answer when it cannot be read
    }
    long used = total - place.getFreeSpace();
    readings.gauge(prefix + "total", total);
    readings.gauge(prefix + "used", used);
    readings.percent(prefix + "percent", used, used + place.getUsableSpace());
  }
}
