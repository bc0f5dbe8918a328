package io.greenlang.metrics.collectors.internal.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finder of this process's cgroups. {@code /proc/self/cgroup} has the path in each hierarchy, and
 * {@code /proc/self/mountinfo} the place where a hierarchy, or a part of it, is mounted. The result
 * is cached until the path changes. Confined to one thread.
 *
 * <p>A container runtime mounts the hierarchy in one of these ways:
 *
 * <ul>
 *   <li>With a cgroup namespace, the path is {@code /} and the mount is the container's cgroup.
 *   <li>Without one, the path is that on the host. The mount is the container's cgroup, with that
 *       path as its root, or it is the whole hierarchy.
 *   <li>The path names a cgroup below the mount, or one of the host that the mount does not have.
 *       Then the longest end of the path that exists counts.
 * </ul>
 *
 * <p>If the mount begins above the namespace, the names of the cgroups between them are unknown,
 * and the process has no visible cgroup.
 */
final class CgroupLocator {

  private static final String MEMBERSHIP = "/proc/self/cgroup";
  private static final String MOUNTS = "/proc/self/mountinfo";

  /** Deeper paths do not occur; each level costs a few reads at each collection. */
  private static final int MAX_LEVELS = 64;

  private final KernelFiles files;
  private String membership = "";
  private Map<String, CgroupPath> paths = Map.of();

  CgroupLocator(KernelFiles files) {
    this.files = files;
  }

  /** Reads whether this process is in other cgroups than before. */
  void refresh() {
    String current = files.read(MEMBERSHIP);
    if (current == null) {
      current = "";
    }
    if (!current.equals(membership)) {
      paths = locate(current);
      membership = current;
    }
  }

  /**
   * Returns the cgroups of a controller, such as {@code memory}, as of the latest refresh.
   *
   * @return null if none is visible
   */
  @Nullable CgroupPath find(String controller) {
    CgroupPath path = paths.get(controller);
    return path == null ? paths.get(CgroupMount.UNIFIED) : path;
  }

  private Map<String, CgroupPath> locate(String memberships) {
    List<CgroupMount> mounts =
        files.lines(MOUNTS).stream().map(CgroupMount::parse).filter(Objects::nonNull).toList();
    Map<String, CgroupPath> found = new HashMap<>();
    for (String line : memberships.lines().toList()) {
      String[] fields = line.split(":", 3); // the path may contain colons
      if (fields.length == 3) {
        for (String controller : fields[1].split(",", -1)) {
          CgroupPath path = locate(controller, fields[2], mounts);
          if (path != null) {
            found.put(controller, path);
          }
        }
      }
    }
    return found;
  }

  /** Prefers a mount that has the path to one that has only an end of it. */
  private @Nullable CgroupPath locate(String controller, String path, List<CgroupMount> mounts) {
    CgroupPath byEnd = null;
    for (CgroupMount mount : mounts) {
      if (mount.has(controller)) {
        String below = mount.relativize(path);
        if (below != null && files.exists(mount.mountPoint() + below)) {
          return pathTo(mount, below);
        }
        byEnd = byEnd == null ? locateEnd(mount, path) : byEnd;
      }
    }
    return byEnd;
  }

  private @Nullable CgroupPath locateEnd(CgroupMount mount, String path) {
    if (isAboveNamespace(path) || isAboveNamespace(mount.root())) {
      return null;
    }
    for (int slash = 0; slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String end = path.substring(slash);
      if (files.exists(mount.mountPoint() + end)) {
        return pathTo(mount, end);
      }
    }
    return files.exists(mount.mountPoint()) ? pathTo(mount, "") : null;
  }

  /** Returns whether a path begins above the root of this process's cgroup namespace. */
  private static boolean isAboveNamespace(String path) {
    return path.equals("/..") || path.startsWith("/../");
  }

  private CgroupPath pathTo(CgroupMount mount, String below) {
    List<String> levels = new ArrayList<>();
    String level = below;
    while (levels.size() < MAX_LEVELS) {
      String directory = mount.mountPoint() + level;
      if (!isRoot(mount.version(), directory)) {
        levels.add(directory);
      }
      if (level.isEmpty()) {
        break;
      }
      level = level.substring(0, level.lastIndexOf('/'));
    }
    return new CgroupPath(mount.version(), levels);
  }

  /**
   * Returns whether a directory is the root of its hierarchy, by a file that only one of them has.
   */
  private boolean isRoot(int version, String directory) {
    return version == 2
        ? !files.exists(directory + "/cgroup.events")
        : files.exists(directory + "/release_agent");
  }
}
