package io.greenlang.metrics.collectors.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifies limits and use of both versions of cgroups, on a host with 16 GB and 8 processors. */
class CgroupsTest {

  private static final String GROUP = "/sys/fs/cgroup";
  private static final long MEGABYTE = 1 << 20;

  @TempDir Path root;
  private FileTree tree;
  private MemoryCgroup memory;
  private CpuCgroup cpu;

  @BeforeEach
  void createHost() {
    tree = new FileTree(root);
    tree.write("/proc/meminfo", "MemTotal:       16777216 kB", "MemFree:  1 kB");
    tree.write("/sys/devices/system/cpu/online", "0-7");
    memory = new MemoryCgroup(tree.files());
    cpu = new CpuCgroup(tree.files());
  }

  private void version2(String path) {
    tree.write("/proc/self/cgroup", "0::" + path);
    tree.write("/proc/self/mountinfo", "31 23 0:28 / " + GROUP + " rw - cgroup2 cgroup2 rw");
  }

  private void memory2(String path, String max, long current, long inactiveFile) {
    tree.write(GROUP + path + "/cgroup.events", "populated 1");
    tree.write(GROUP + path + "/memory.max", max);
    tree.write(GROUP + path + "/memory.current", Long.toString(current));
    tree.write(
        GROUP + path + "/memory.stat",
        "anon 1",
        "inactive_anon 5",
        "inactive_file " + inactiveFile);
  }

  private void cpu2(String path, String max, long usageMicros) {
    tree.write(GROUP + path + "/cgroup.events", "populated 1");
    tree.write(GROUP + path + "/cpu.max", max);
    tree.write(
        GROUP + path + "/cpu.stat",
        "usage_usec " + usageMicros,
        "nr_periods 100",
        "nr_throttled 40",
        "throttled_usec 2500000");
  }

  private void version1(String path) {
    tree.write(
        "/proc/self/cgroup",
        "5:cpuset:" + path,
        "4:memory:" + path,
        "3:cpu,cpuacct:" + path,
        "0::/");
    tree.write(
        "/proc/self/mountinfo",
        "31 23 0:28 / " + GROUP + "/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
        "32 23 0:29 / " + GROUP + "/memory rw - cgroup cgroup rw,memory",
        "33 23 0:30 / " + GROUP + "/cpuset rw - cgroup cgroup rw,cpuset");
    for (String controller : new String[] {"/cpu,cpuacct", "/memory", "/cpuset"}) {
      tree.write(GROUP + controller + "/release_agent", "");
    }
  }

  private void memory1(String path, long limit, long usage, long inactiveFile, long hierarchical) {
    String group = GROUP + "/memory" + path;
    tree.write(group + "/memory.limit_in_bytes", Long.toString(limit));
    tree.write(group + "/memory.usage_in_bytes", Long.toString(usage));
    tree.write(
        group + "/memory.stat",
        "inactive_file 1",
        "hierarchical_memory_limit " + hierarchical,
        "total_inactive_file " + inactiveFile);
  }

  private void cpu1(String path, long quota, long period, long usageNanos) {
    String group = GROUP + "/cpu,cpuacct" + path;
    tree.write(group + "/cpu.cfs_quota_us", Long.toString(quota));
    tree.write(group + "/cpu.cfs_period_us", Long.toString(period));
    tree.write(group + "/cpuacct.usage", Long.toString(usageNanos));
    tree.write(
        group + "/cpu.stat", "nr_periods 100", "nr_throttled 40", "throttled_time 2500000000");
  }

  private CpuCgroup.Usage cpuUsage() {
    return Objects.requireNonNull(cpu.read());
  }

  @Test
  void memory_limitOfVersion2_usedIsWorkingSet() {
    version2("/");
    memory2("", Long.toString(512 * MEGABYTE), 300 * MEGABYTE, 100 * MEGABYTE);
    assertThat(memory.read()).isEqualTo(new MemoryCgroup.Usage(512 * MEGABYTE, 200 * MEGABYTE));
  }

  @Test
  void memory_unlimited_hasUseOnly() {
    version2("/");
    memory2("", "max", 300, 100);
    assertThat(memory.read()).isEqualTo(new MemoryCgroup.Usage(-1, 200));
  }

  @Test
  void memory_limitAboveHost_isNone() {
    version2("/");
    memory2("", Long.toString(1L << 40), 300, 100);
    assertThat(memory.read()).isEqualTo(new MemoryCgroup.Usage(-1, 200));
  }

  @Test
  void memory_nested_lowestLimitCountsWithUseOfItsCgroup() {
    version2("/pod/app/worker");
    memory2("/pod/app/worker", "max", 100, 0);
    memory2("/pod/app", Long.toString(512 * MEGABYTE), 200, 50);
    memory2("/pod", Long.toString(1024 * MEGABYTE), 900, 0);
    assertThat(memory.read()).isEqualTo(new MemoryCgroup.Usage(512 * MEGABYTE, 150));
  }

  @Test
  void memory_equalLimits_outerOneCounts() {
    version2("/pod/app");
    memory2("/pod/app", Long.toString(512 * MEGABYTE), 200, 0);
    memory2("/pod", Long.toString(512 * MEGABYTE), 300, 0);
    assertThat(memory.read()).isEqualTo(new MemoryCgroup.Usage(512 * MEGABYTE, 300));
  }

  @Test
  void memory_limitOfVersion1_usesTotalOfChildren() {
    version1("/docker/a");
    memory1("/docker/a", 512 * MEGABYTE, 300, 100, 512 * MEGABYTE);
    memory1("/docker", 9223372036854771712L, 900, 0, 9223372036854771712L);
    assertThat(memory.read()).isEqualTo(new MemoryCgroup.Usage(512 * MEGABYTE, 200));
  }

  @Test
  void memory_limitAboveMountOfVersion1_isKnownFromHierarchicalLimit() {
    version1("/a");
    memory1("/a", 9223372036854771712L, 300, 100, 256 * MEGABYTE);
    assertThat(memory.read()).isEqualTo(new MemoryCgroup.Usage(256 * MEGABYTE, 200));
  }

  @Test
  void memory_noCgroup_isUnknown() {
    assertThat(memory.read()).isEqualTo(new MemoryCgroup.Usage(-1, -1));
    version1("/");
    assertThat(memory.read()).isEqualTo(new MemoryCgroup.Usage(-1, -1));
  }

  @Test
  void cpu_quotaOfVersion2_isReadWithThrottling() {
    version2("/");
    cpu2("", "50000 100000", 7_000_000);
    assertThat(cpuUsage())
        .isEqualTo(new CpuCgroup.Usage(GROUP, 0.5, 7_000_000_000L, 100, 40, 2_500_000_000L));
  }

  @Test
  void cpu_quotaOfVersion1_isReadWithThrottling() {
    version1("/a");
    cpu1("/a", 150_000, 100_000, 7_000_000_000L);
    assertThat(cpuUsage())
        .isEqualTo(
            new CpuCgroup.Usage(
                GROUP + "/cpu,cpuacct/a", 1.5, 7_000_000_000L, 100, 40, 2_500_000_000L));
  }

  @Test
  void cpu_noQuotaOrAboveHost_isUnlimited() {
    version2("/");
    cpu2("", "max 100000", 7);
    assertThat(cpuUsage().isLimited()).isFalse();
    assertThat(cpuUsage().usageNanos()).isEqualTo(7000);
    cpu2("", "900000 100000", 7);
    assertThat(cpuUsage().isLimited()).isFalse();
    version1("/a");
    cpu1("/a", -1, 100_000, 7);
    assertThat(cpuUsage().isLimited()).isFalse();
  }

  @Test
  void cpu_nested_lowestQuotaCountsWithUseOfItsCgroup() {
    version2("/pod/app");
    cpu2("/pod/app", "200000 100000", 5);
    cpu2("/pod", "100000 100000", 9);
    assertThat(cpuUsage().limit()).isEqualTo(1);
    assertThat(cpuUsage().cgroup()).isEqualTo(GROUP + "/pod");
    assertThat(cpuUsage().usageNanos()).isEqualTo(9000);
    version1("/pod/app");
    cpu1("/pod/app", 200_000, 100_000, 5);
    cpu1("/pod", 100_000, 100_000, 9);
    assertThat(cpuUsage().limit()).isEqualTo(1);
    assertThat(cpuUsage().usageNanos()).isEqualTo(9);
  }

  @Test
  void cpu_fewerProcessorsAllowed_limitToThem() {
    version2("/");
    cpu2("", "max 100000", 5);
    tree.write(GROUP + "/cpuset.cpus.effective", "0-1,5");
    assertThat(cpuUsage().limit()).isEqualTo(3);
    cpu2("", "50000 100000", 5);
    assertThat(cpuUsage().limit()).isEqualTo(0.5);
    version1("/a");
    cpu1("/a", -1, 100_000, 7);
    tree.write(GROUP + "/cpuset/a/cpuset.effective_cpus", "2");
    assertThat(cpuUsage().limit()).isEqualTo(1);
  }

  @Test
  void cpu_noCgroup_isNull() {
    assertThat(cpu.read()).isNull();
    version1("/");
    assertThat(cpu.read()).isNull();
  }

  @Test
  void countCpus_listsOfTheKernel_areCounted() {
    assertThat(CgroupStatistics.countCpus("0-3,8\n")).isEqualTo(5);
    assertThat(CgroupStatistics.countCpus("0")).isEqualTo(1);
    assertThat(CgroupStatistics.countCpus("\n")).isEqualTo(-1);
    assertThat(CgroupStatistics.countCpus("3-1")).isEqualTo(-1);
  }
}
