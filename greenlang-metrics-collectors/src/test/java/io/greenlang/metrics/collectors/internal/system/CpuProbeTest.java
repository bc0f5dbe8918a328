package io.greenlang.metrics.collectors.internal.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.CollectedMetrics;
import io.greenlang.metrics.collectors.ManualSleeper;
import io.greenlang.metrics.collectors.internal.linux.FileTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verifies the processors with a {@code /proc/stat} of the test, in which processors go offline.
 */
class CpuProbeTest {

  /** Ten days of user time and twenty of idle time. */
  private static final long[] THIRTY_DAYS = {86_400_000, 0, 0, 172_800_000, 0, 0, 0, 0};

  private static final int USER = 0;
  private static final int IDLE = 3;

  @TempDir Path root;
  private final Map<Integer, long[]> ticksByCpu = new TreeMap<>();
  private FileTree tree;
  private ProbeTester tester;

  @BeforeEach
  void createProcessors() {
    tree = new FileTree(root);
    ticksByCpu.put(0, THIRTY_DAYS.clone());
    ticksByCpu.put(1, THIRTY_DAYS.clone());
    writeStat();
    tester =
        new ProbeTester(
            new CpuProbe(
                SystemProbes.bestProvider().getHardware().getProcessor(),
                tree.files(),
                new ManualSleeper()));
    tester.collect();
  }

  private void writeStat() {
    long[] sum = new long[THIRTY_DAYS.length];
    List<String> lines = new ArrayList<>();
    ticksByCpu.forEach(
        (cpu, ticks) -> {
          lines.add(line("cpu" + cpu, ticks));
          for (int i = 0; i < sum.length; i++) {
            sum[i] += ticks[i];
          }
        });
    lines.add(0, line("cpu ", sum));
    lines.add("intr 0");
    tree.write("/proc/stat", lines.toArray(String[]::new));
  }

  private static String line(String name, long[] ticks) {
    StringBuilder line = new StringBuilder(name);
    for (long tick : ticks) {
      line.append(' ').append(tick);
    }
    return line.append(" 0 0").toString();
  }

  /** Lets one second pass, in which a processor is busy for some of its 100 ticks. */
  private void run(int cpu, int busyTicks) {
    long[] ticks = Objects.requireNonNull(ticksByCpu.get(cpu));
    ticks[USER] += busyTicks;
    ticks[IDLE] += 100 - busyTicks;
  }

  private CollectedMetrics collect() {
    writeStat();
    return tester.collect();
  }

  private static Tags cpu(int number) {
    return Tags.of("cpu", Integer.toString(number));
  }

  @Test
  void collect_oneCoreBusy_hasHalfInTotal() {
    run(0, 100);
    run(1, 0);
    CollectedMetrics now = collect();
    assertThat(now.value("cpu.percent", Tags.empty())).isEqualTo(50);
    assertThat(now.value("cpu.core.percent", cpu(0))).isEqualTo(100);
    assertThat(now.value("cpu.core.percent", cpu(1))).isEqualTo(0);
    assertThat(now.value("cpu.count", Tags.empty())).isEqualTo(2);
  }

  @Test
  void collect_processorGoesOfflineAndReturns_percentContinuesWithoutGap() {
    long[] offline = Objects.requireNonNull(ticksByCpu.remove(1));
    for (int i = 0; i < 3; i++) {
      run(0, 25);
      CollectedMetrics now = collect();
      assertThat(now.value("cpu.percent", Tags.empty())).isEqualTo(25);
      assertThat(now.tagValues("cpu")).containsExactly("0");
      assertThat(now.value("cpu.count", Tags.empty())).isEqualTo(1);
    }
    ticksByCpu.put(1, offline);
    offline[IDLE] += 86_400_000; // the time offline counts as idle, or not: both occur
    run(0, 25);
    CollectedMetrics returned = collect();
    assertThat(returned.value("cpu.percent", Tags.empty())).isEqualTo(25);
    assertThat(returned.tagValues("cpu")).containsExactly("0");
    run(0, 25);
    run(1, 75);
    CollectedMetrics after = collect();
    assertThat(after.value("cpu.percent", Tags.empty())).isEqualTo(50);
    assertThat(after.value("cpu.core.percent", cpu(1))).isEqualTo(75);
  }

  @Test
  void collect_firstProcessorOffline_secondKeepsItsNumber() {
    ticksByCpu.remove(0);
    run(1, 40);
    CollectedMetrics now = collect();
    assertThat(now.value("cpu.percent", Tags.empty())).isEqualTo(40);
    assertThat(now.tagValues("cpu")).containsExactly("1");
    assertThat(now.value("cpu.core.percent", cpu(1))).isEqualTo(40);
  }

  @Test
  void collect_processorReturnsWithinOneCollectionAndCountsFromZero_otherContinues() {
    ticksByCpu.put(1, new long[] {86_400_005, 0, 0, 10, 0, 0, 0, 0});
    run(0, 25);
    CollectedMetrics now = collect();
    assertThat(now.value("cpu.percent", Tags.empty())).isEqualTo(25);
    assertThat(now.tagValues("cpu")).containsExactly("0");
  }

  @Test
  void collect_processorAdded_countsFromItsSecondSample() {
    ticksByCpu.put(2, new long[] {1, 0, 0, 0, 0, 0, 0, 0});
    run(0, 10);
    run(1, 30);
    assertThat(collect().value("cpu.percent", Tags.empty())).isEqualTo(20);
    run(0, 10);
    run(1, 30);
    run(2, 80);
    assertThat(collect().value("cpu.percent", Tags.empty())).isEqualTo(40);
  }
}
