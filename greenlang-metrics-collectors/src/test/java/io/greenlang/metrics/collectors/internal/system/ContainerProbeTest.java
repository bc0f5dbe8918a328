package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.collectors.CollectedMetrics;
import io.greenlang.metrics.collectors.ManualSleeper;
import io.greenlang.metrics.collectors.internal.linux.FileTree;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifies the metrics of a container, with cgroups of the test. */
class ContainerProbeTest {

  private static final String GROUP = "/sys/fs/cgroup";

  @TempDir Path root;
  private final ManualSleeper time = new ManualSleeper();
  private FileTree tree;
  private ProbeTester tester;

  @BeforeEach
  void createContainer() {
    tree = new FileTree(root);
    tree.write("/proc/meminfo", "MemTotal:       16777216 kB");
    tree.write("/sys/devices/system/cpu/online", "0-7");
    tree.write("/proc/self/cgroup", "0::/");
    tree.write("/proc/self/mountinfo", "31 23 0:28 / " + GROUP + " rw - cgroup2 cgroup2 rw");
    tree.write(GROUP + "/cgroup.events", "populated 1");
    ContainerProbe probe = new ContainerProbe(tree.files(), time);
    tester =
        new ProbeTester(
            samples -> {
              probe.readMemory(samples);
              probe.readCpu(samples);
            });
  }

  private void memory(String max, String current) {
    tree.write(GROUP + "/memory.max", max);
    tree.write(GROUP + "/memory.current", current);
    tree.write(GROUP + "/memory.stat", "inactive_file 100");
  }

  private void cpu(String max, long usageMicros, int periods) {
    tree.write(GROUP + "/cpu.max", max);
    tree.write(
        GROUP + "/cpu.stat",
        "usage_usec " + usageMicros,
        "nr_periods " + periods,
        "nr_throttled " + periods / 2,
        "throttled_usec " + periods * 1_000_000L);
  }

  @Test
  void collect_limited_hasLimitsAndUse() {
    memory("1000", "600");
    cpu("50000 100000", 1_000_000, 10);
    tester.collect();
    time.advance(Duration.ofSeconds(1));
    cpu("50000 100000", 1_400_000, 20);
    tester.collect();
    assertThat(tester.value("container.memory.limit")).isEqualTo(1000);
    assertThat(tester.value("container.memory.used")).isEqualTo(500);
    assertThat(tester.value("container.memory.percent")).isEqualTo(50);
    assertThat(tester.value("container.cpu.limit")).isEqualTo(0.5);
    assertThat(tester.value("container.cpu.percent")).isCloseTo(80, within(1e-9));
    assertThat(tester.value("container.cpu.seconds")).isEqualTo(1.4);
    assertThat(tester.value("container.cpu.periods")).isEqualTo(20);
    assertThat(tester.value("container.cpu.throttled_periods")).isEqualTo(10);
    assertThat(tester.value("container.cpu.throttled_seconds")).isEqualTo(20);
  }

  @Test
  void collect_accountedWithoutLimit_hasUseOnly() {
    memory("max", "600");
    cpu("max 100000", 1_000_000, 0);
    tester.collect();
    time.advance(Duration.ofSeconds(1));
    assertThat(tester.collect().names())
        .containsExactly("container.cpu.seconds", "container.memory.used");
  }

  @Test
  void collect_outsideOfCgroups_hasNothing() {
    tree.delete("/proc/self/cgroup");
    assertThat(tester.collect().names()).isEmpty();
  }

  @Test
  void collect_limitChangesWhileRunning_isFollowed() {
    memory("1000", "600");
    tester.collect();
    memory("2000", "600");
    tester.collect();
    assertThat(tester.value("container.memory.limit")).isEqualTo(2000);
    assertThat(tester.value("container.memory.percent")).isEqualTo(25);
  }

  @Test
  void collect_quotaMovesToAnotherCgroup_countersContinue() {
    tree.write("/proc/self/cgroup", "0::/app");
    tree.write(GROUP + "/app/cgroup.events", "populated 1");
    tree.write(GROUP + "/app/cpu.max", "50000 100000");
    tree.write(GROUP + "/app/cpu.stat", "usage_usec 1000000", "nr_periods 10");
    cpu("max 100000", 90_000_000, 5_000);
    tester.collect();
    assertThat(tester.value("container.cpu.seconds")).isEqualTo(1);
    cpu("10000 100000", 90_500_000, 5_000);
    time.advance(Duration.ofSeconds(1));
    tester.collect();
    assertThat(tester.value("container.cpu.limit")).isEqualTo(0.1);
    assertThat(tester.value("container.cpu.seconds")).isEqualTo(1);
    assertThat(tester.value("container.cpu.periods")).isEqualTo(10);
    cpu("10000 100000", 91_500_000, 5_010);
    time.advance(Duration.ofSeconds(1));
    CollectedMetrics now = tester.collect();
    assertThat(tester.value("container.cpu.seconds")).isEqualTo(2);
    assertThat(tester.value("container.cpu.periods")).isEqualTo(20);
    assertThat(now.names()).contains("container.cpu.percent");
  }
}
