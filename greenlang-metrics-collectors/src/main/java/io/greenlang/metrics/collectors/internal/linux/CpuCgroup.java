package io.greenlang.metrics.collectors.internal.linux;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the processor limit of this process's cgroups, of the use that counts towards it, and
 * of the periods in which the kernel throttled them. Confined to one thread.
 */
public final class CpuCgroup {

  /**
   * Limit and use of processors.
   *
   * @param cgroup the cgroup with the lowest limit, or that of the process without a limit; the
   *     other values are its
   * @param limit the processors that its quota grants, such as 0.5, or the number of those that it
   *     may run on if that is lower; negative if neither is below the number of the host's
   * @param usageNanos the cumulative CPU time; negative if unknown
   * @param periods the periods of the quota in which it ran; negative if unknown
   * @param throttledPeriods those in which it used up its quota; negative if unknown
   * @param throttledNanos the cumulative time for which it waited; negative if unknown
   */
  public record Usage(
      String cgroup,
      double limit,
      long usageNanos,
      long periods,
      long throttledPeriods,
      long throttledNanos) {

    /** Returns whether the kernel limits the cgroup to less than the host's processors. */
    public boolean isLimited() {
      return limit >= 0;
    }
  }

  private static final int NANOS_PER_MICRO = 1000;

  private final KernelFiles files;
  private final CgroupLocator locator;

  /** Creates a reader. */
  public CpuCgroup(KernelFiles files) {
    this.files = files;
    this.locator = new CgroupLocator(files);
  }

  /** Returns the current limit and use; null if this process is in no cgroup. */
  public @Nullable Usage read() {
    locator.refresh();
    @Nullable CgroupPath path = locator.find("cpu");
    if (path == null || path.levels().isEmpty()) {
      return null;
    }
    double online = count("/sys/devices/system/cpu/online");
    double lowest = online < 0 ? Double.MAX_VALUE : online;
    double limit = -1;
    int tightest = 0;
    for (int i = 0; i < path.levels().size(); i++) {
      double quota = quota(path, path.levels().get(i));
      // Of equal limits, the outer one is reached first.
      if (quota >= 0 && quota <= lowest) {
        lowest = quota;
        limit = quota;
        tightest = i;
      }
    }
    double allowed = allowedCpus();
    boolean pinned = allowed >= 0 && allowed < lowest;
    return usage(path, pinned ? 0 : tightest, pinned ? allowed : limit);
  }

  /** Returns the processors that the quota of one cgroup grants; negative if it has no quota. */
  private double quota(CgroupPath path, String level) {
    if (!path.isUnified()) {
      long quota = files.readNumber(level + "/cpu.cfs_quota_us");
      return perPeriod(quota, files.readNumber(level + "/cpu.cfs_period_us"));
    }
    String max = files.read(level + "/cpu.max");
    if (max == null) {
      return -1;
    }
    Fields fields = new Fields(max); // "max 100000" without a quota
    long quota = fields.nextNumber();
    return perPeriod(quota, fields.nextNumber());
  }

  private static double perPeriod(long quota, long period) {
    return quota < 0 || period <= 0 ? -1 : (double) quota / period;
  }

  /**
   * Returns the number of processors on which the process's cgroup may run; negative if unknown.
   */
  private double allowedCpus() {
    CgroupPath path = locator.find("cpuset");
    if (path == null || path.levels().isEmpty()) {
      return -1;
    }
    String own = path.levels().get(0);
    return count(own + (path.isUnified() ? "/cpuset.cpus.effective" : "/cpuset.effective_cpus"));
  }

  private long count(String file) {
    String list = files.read(file);
    return list == null ? -1 : CgroupStatistics.countCpus(list);
  }

  private Usage usage(CgroupPath path, int level, double limit) {
    String cgroup = path.levels().get(level);
    List<String> statistics = files.lines(cgroup + "/cpu.stat");
    boolean unified = path.isUnified();
    long throttled =
        CgroupStatistics.value(statistics, unified ? "throttled_usec" : "throttled_time");
    return new Usage(
        cgroup,
        limit,
        unified ? nanos(CgroupStatistics.value(statistics, "usage_usec")) : accounted(level),
        CgroupStatistics.value(statistics, "nr_periods"),
        CgroupStatistics.value(statistics, "nr_throttled"),
        unified ? nanos(throttled) : throttled);
  }

  private static long nanos(long micros) {
    return micros < 0 ? -1 : micros * NANOS_PER_MICRO;
  }

  /**
   * Returns the CPU time of a cgroup of version 1, which another controller accounts for. Its
   * hierarchy has the same cgroups, often in the same mount.
   */
  private long accounted(int level) {
    CgroupPath path = locator.find("cpuacct");
    return path == null || path.isUnified() || level >= path.levels().size()
        ? -1
        : files.readNumber(path.levels().get(level) + "/cpuacct.usage");
  }
}
