package io.greenlang.metrics.collectors.internal.linux;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the memory limit of this process's cgroups, and of the use that the kernel compares
 * with it. Confined to one thread.
 */
public final class MemoryCgroup {

  /**
   * Limit and use of memory, in bytes.
   *
   * @param limit the lowest limit of the cgroups; negative if none is below the host's memory
   * @param used the working set: the use without file pages that the kernel can drop at once; of
   *     the cgroup with that limit, or of that of the process without a limit; negative if unknown
   */
  public record Usage(long limit, long used) {}

  private static final Usage UNKNOWN = new Usage(-1, -1);

  private final KernelFiles files;
  private final CgroupLocator locator;

  /** Creates a reader. */
  public MemoryCgroup(KernelFiles files) {
    this.files = files;
    this.locator = new CgroupLocator(files);
  }

  /** Returns the current limit and use; both unknown if this process is in no cgroup. */
  public Usage read() {
    locator.refresh();
    @Nullable CgroupPath path = locator.find("memory");
    if (path == null || path.levels().isEmpty()) {
      return UNKNOWN;
    }
    Usage tightest = new Usage(-1, used(path, path.levels().get(0)));
    long lowest = hostMemory();
    for (String level : path.levels()) {
      long limit = limit(path, level);
      // Of equal limits, the outer one is reached first.
      if (limit >= 0 && limit <= lowest) {
        lowest = limit;
        tightest = new Usage(limit, used(path, level));
      }
    }
    long hidden = hiddenLimit(path);
    return hidden >= 0 && hidden < lowest ? new Usage(hidden, tightest.used) : tightest;
  }

  /** Returns the limit of one cgroup; negative if it has none. */
  private long limit(CgroupPath path, String level) {
    return files.readNumber(level + (path.isUnified() ? "/memory.max" : "/memory.limit_in_bytes"));
  }

  /**
   * Returns the limit that the kernel applies to the process's cgroup. With version 1, it includes
   * the limits above a mount, which are not visible otherwise.
   */
  private long hiddenLimit(CgroupPath path) {
    return path.isUnified() ? -1 : statistic(path.levels().get(0), "hierarchical_memory_limit");
  }

  /** Returns the working set of one cgroup and those below it; negative if unknown. */
  private long used(CgroupPath path, String level) {
    boolean unified = path.isUnified();
    long usage = files.readNumber(level + (unified ? "/memory.current" : "/memory.usage_in_bytes"));
    if (usage < 0) {
      return -1;
    }
    long inactive = statistic(level, unified ? "inactive_file" : "total_inactive_file");
    return Math.max(0, usage - Math.max(0, inactive));
  }

  private long statistic(String level, String name) {
    return CgroupStatistics.value(files.lines(level + "/memory.stat"), name);
  }

  /** Returns the memory of the host. A higher limit than this is none. */
  private long hostMemory() {
    List<String> lines = files.lines("/proc/meminfo");
    long kilobytes = CgroupStatistics.value(lines, "MemTotal:");
    return kilobytes < 0 ? Long.MAX_VALUE : kilobytes * 1024;
  }
}
