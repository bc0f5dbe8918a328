package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.collectors.internal.linux.OctalEscapes;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finder of the file systems to monitor: those on local devices, the first {@value #MAX_MOUNTS} by
 * name, each device once however often it is mounted. Network file systems are excluded, because
 * querying their free space hangs for as long as the server is down. In-memory file systems are
 * excluded too, and so are images, which are always full.
 */
final class Mounts {

  private static final int MAX_MOUNTS = 32;
  private static final Path LINUX_MOUNTS = Path.of("/proc/self/mounts");
  private static final Set<String> IMAGES = Set.of("squashfs", "iso9660", "erofs", "udf");

  private final Path table;

  /** Creates a finder that reads a table in the format of {@code /proc/self/mounts}. For tests. */
  Mounts(Path table) {
    this.table = table;
  }

  static Mounts forLocalMachine() {
    return new Mounts(LINUX_MOUNTS);
  }

  List<File> list() {
    return Files.isReadable(table) ? listTable() : List.of(File.listRoots());
  }

  private List<File> listTable() {
    Map<String, String> byDevice = new LinkedHashMap<>();
    for (String line : lines()) {
      String[] fields = line.split(" ", 4);
      if (fields.length == 4 && isLocal(fields[0], fields[2])) {
        // A container mounts the same device again for /etc/hosts and the like. The shortest path
        // is the one that an operator means.
        byDevice.merge(fields[0], OctalEscapes.decode(fields[1]), Mounts::shorter);
      }
    }
    List<String> paths = new ArrayList<>(byDevice.values());
    paths.sort(Comparator.naturalOrder());
    return paths.stream().limit(MAX_MOUNTS).map(File::new).toList();
  }

  private List<String> lines() {
    try {
      // A path may consist of arbitrary bytes; one that is not valid UTF-8 must not hide the
      // others.
      return new String(Files.readAllBytes(table), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether a mount is on a local disk. ZFS mounts name pools instead of devices. */
  private static boolean isLocal(String device, String type) {
    return (device.startsWith("/dev/") && !IMAGES.contains(type)) || type.equals("zfs");
  }

  private static String shorter(String one, String other) {
    return other.length() < one.length() ? other : one;
  }
}
