package io.greenlang.metrics.collectors;

import java.io.File;
import java.nio.file.Path;

/**
 * {@code disk.total}, {@code disk.used} (bytes) and {@code disk.percent} of one file system, with
 * the same meaning as in {@code df}: what only root may fill counts neither as used nor as free.
 *
 * <p>Not through OSHI, which starts the process {@code lsblk} at each reading, and not through
 * {@code Files.getFileStore}, which searches all mounts and fails in some chroots.
 */
final class FileSystemProbe implements Probe {

  private final File root;

  FileSystemProbe(File root) {
    this.root = root;
  }

  /** Of the file system at the root of the working directory: {@code /}, or such as {@code C:\}. */
  static FileSystemProbe ofRoot() {
    return new FileSystemProbe(Path.of("").toAbsolutePath().getRoot().toFile());
  }

  @Override
  public void read(Readings readings) {
    long total = root.getTotalSpace();
    if (total <= 0) {
      return; // java.io.File's answer when it cannot be read
    }
    long used = total - root.getFreeSpace();
    readings.bytes("disk.total", total);
    readings.bytes("disk.used", used);
    readings.percent("disk.percent", used, used + root.getUsableSpace());
  }
}
