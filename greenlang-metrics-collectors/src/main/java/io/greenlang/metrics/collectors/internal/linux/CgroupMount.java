package io.greenlang.metrics.collectors.internal.linux;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mounted cgroup hierarchy, or a part of one.
 *
 * @param version 1 or 2
 * @param root the path in the hierarchy that is mounted, relative to this process's namespace
 * @param mountPoint the directory where it is mounted
 * @param controllers the controllers of a hierarchy of version 1, among other options
 */
record CgroupMount(int version, String root, String mountPoint, List<String> controllers) {

  /** The controller in {@code /proc/self/cgroup} that stands for the hierarchy of version 2. */
  static final String UNIFIED = "";

  private static final String ROOT = "/";

  /** The end of the optional fields of a line. */
  private static final String SEPARATOR = " - ";

  CgroupMount {
    controllers = List.copyOf(controllers);
  }

  /** Parses a line of {@code /proc/self/mountinfo}; null if it is not a cgroup hierarchy. */
  static @Nullable CgroupMount parse(String line) {
    int separator = line.indexOf(SEPARATOR);
    if (separator < 0) {
      return null;
    }
    Fields fields = new Fields(line, separator + SEPARATOR.length());
    String type = fields.next();
    if (type == null || !type.matches("cgroup2?")) {
      return null;
    }
    String options = fields.skip(1).next();
    Fields places = new Fields(line).skip(3);
    String root = places.next();
    String mountPoint = places.next();
    if (root == null || mountPoint == null) {
      return null;
    }
    return new CgroupMount(
        type.equals("cgroup2") ? 2 : 1,
        OctalEscapes.decode(root),
        OctalEscapes.decode(mountPoint),
        options == null ? List.of() : List.of(options.split(",", -1)));
  }

  /** Returns whether this is the hierarchy of a controller in {@code /proc/self/cgroup}. */
  boolean has(String controller) {
    return controller.equals(UNIFIED)
        ? version == 2
        : version == 1 && controllers.contains(controller);
  }

  /**
   * Returns a path of the hierarchy relative to the mount: empty for the mounted cgroup itself.
   *
   * @return null if the path is not below the mounted cgroup
   */
  @Nullable String relativize(String path) {
    if (path.equals(root)) {
      return "";
    }
    String prefix = root.equals(ROOT) ? "" : root;
    return path.startsWith(prefix + "/") ? path.substring(prefix.length()) : null;
  }
}
