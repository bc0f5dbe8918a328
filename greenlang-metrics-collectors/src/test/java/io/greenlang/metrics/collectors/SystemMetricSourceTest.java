package io.greenlang.metrics.collectors;

import static io.greenlang.metrics.collectors.ManualSleeper.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.ProcFs.CpuTicks;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Verifies each value against Linux's own tools. */
@EnabledOnOs(OS.LINUX)
class SystemMetricSourceTest {

  private static final double MEGABYTE = 1e6;
  private static final Duration COLLECTION_LIMIT = Duration.ofMillis(50);

  private final SystemMetricSource source = SystemMetricSource.create();

  private Map<String, Double> read() {
    return read(source);
  }

  private static Map<String, Double> read(SystemMetricSource source) {
    Map<String, Double> values = new TreeMap<>();
    for (Metric metric : source.collect()) {
      if (metric.tags().size() > 1) {
        continue; // metrics of parts are covered by SystemPartsTest
      }
      assertThat(values.put(metric.name(), metric.value())).as(metric.name()).isNull();
    }
    return values;
  }

  private static double value(Map<String, Double> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  @Test
  void collect_twice_publishesMetricsOfSpecification() {
    read();
    Map<String, Double> values = readWithCpu(source);
    assertThat(values)
        .containsKeys(
            "cpu.percent",
            "cpu.count",
            "load.1m",
            "load.5m",
            "load.15m",
            "memory.total",
            "memory.available",
            "memory.used",
            "memory.percent",
            "swap.total",
            "swap.used",
            "disk.total",
            "disk.used",
            "disk.percent",
            "disk.bytes_read",
            "disk.bytes_written",
            "network.bytes_sent",
            "network.bytes_recv",
            "network.packets_sent",
            "network.packets_recv",
            "network.errors_sent",
            "network.errors_recv",
            "process.cpu.percent",
            "process.cpu.seconds",
            "process.memory.resident",
            "process.threads",
            "process.files.open",
            "uptime");
  }

  @Test
  void collect_firstTime_hasNoCpuPercent() {
    assertThat(read()).doesNotContainKey("cpu.percent").containsKey("cpu.count");
  }

  @Test
  void collect_always_addsHostAndConfiguredTags() throws IOException {
    String host = ProcFs.lines("/proc/sys/kernel/hostname").get(0);
    assertThat(SystemMetricSource.create(Tags.of("env", "test")).collect())
        .isNotEmpty()
        .allSatisfy(
            metric -> {
              assertThat(metric.channel().name()).isEqualTo("system.metrics");
              assertThat(metric.tags().get("env")).isEqualTo("test");
              assertThat(metric.tags().get("host")).isEqualTo(host);
            });
  }

  @Test
  void collect_hostConfigured_keepsIt() {
    assertThat(SystemMetricSource.create(Tags.of("host", "web-1")).collect())
        .allSatisfy(metric -> assertThat(metric.tags().get("host")).isEqualTo("web-1"));
  }

  @Test
  void collect_always_totalsAreCountersAndLevelsAreGauges() {
    assertThat(source.collect())
        .allSatisfy(
            metric ->
                assertThat(metric.type())
                    .as(metric.name())
                    .isEqualTo(isTotal(metric.name()) ? MetricType.COUNTER : MetricType.GAUGE));
  }

  private static boolean isTotal(String name) {
    return name.matches(
        ".*\\.(bytes|packets|errors|drops)_\\w+|disk\\.(device\\.)?(reads|writes|busy_ms)|.*cpu.seconds"
            + "|container.cpu.(periods|throttled_.*)");
  }

  @Test
  void collect_coreIsBusy_cpuPercentMatchesProcStat() {
    try (BusyThread busy = new BusyThread()) {
      await().atMost(TIMEOUT).until(busy::isRunning);
      read();
      CpuTicks before = CpuTicks.now();
      int processors = Runtime.getRuntime().availableProcessors();
      long enough = before.total() + 600L * processors; // 6 s at 100 ticks per second
      await().atMost(TIMEOUT).until(() -> CpuTicks.now().total() >= enough);
      double percent = value(read(), "cpu.percent");
      // 10 points: OSHI's ticks may be 300 ms old at both ends, which is a tenth of the time
      assertThat(percent).isCloseTo(CpuTicks.now().busyPercentSince(before), within(10.0));
      assertThat(percent).isBetween(70.0 / processors, 100.0);
    }
  }

  @Test
  void collect_cpu_matchesProc() {
    Map<String, Double> values = read();
    long processors =
        ProcFs.lines("/proc/stat").stream().filter(line -> line.matches("cpu\\d.*")).count();
    assertThat(values.get("cpu.count")).isEqualTo((double) processors);
    eventually(
        () -> {
          Map<String, Double> now = read();
          double load = ProcFs.firstNumber("/proc/loadavg");
          assertThat(now.get("load.1m")).isCloseTo(load, within(0.5));
          double uptime = ProcFs.firstNumber("/proc/uptime");
          assertThat(now.get("uptime")).isCloseTo(uptime, within(2.0));
        });
  }

  /** Compares until the other programs of a busy machine change nothing between two samples. */
  private static void eventually(ThrowingRunnable comparison) {
    await().atMost(TIMEOUT).untilAsserted(comparison);
  }

  @Test
  void collect_frequencyKnown_isPlausibleMegahertz() {
    Map<String, Double> values = read();
    boolean known =
        ProcFs.lines("/proc/cpuinfo").stream().anyMatch(line -> line.startsWith("cpu MHz"));
    assumeThat(known).as("the kernel reports the frequency").isTrue();
    assertThat(values.get("cpu.frequency")).isBetween(100.0, 10_000.0);
  }

  @Test
  void collect_memory_matchesMeminfo() {
    eventually(this::assertMeminfo);
  }

  private void assertMeminfo() {
    Map<String, Double> values = read();
    double total = ProcFs.meminfo("MemTotal");
    double available = ProcFs.meminfo("MemAvailable");
    assertThat(values.get("memory.total")).isEqualTo(total);
    assertThat(values.get("memory.available")).isCloseTo(available, within(256 * MEGABYTE));
    assertThat(values.get("memory.used")).isCloseTo(total - available, within(256 * MEGABYTE));
    assertThat(values.get("memory.percent"))
        .isCloseTo(100 * value(values, "memory.used") / total, within(1e-9));
    double swap = ProcFs.meminfo("SwapTotal");
    assertThat(values.get("swap.total")).isEqualTo(swap);
    assertThat(values.get("swap.used"))
        .isCloseTo(swap - ProcFs.meminfo("SwapFree"), within(64 * MEGABYTE));
  }

  @Test
  void collect_memory_matchesFree() {
    eventually(this::assertFree);
  }

  private void assertFree() throws IOException {
    Map<String, Double> values = read();
    long[] free = ProcFs.free();
    assertThat(values.get("memory.total")).isEqualTo((double) free[0]);
    assertThat(values.get("memory.available")).isCloseTo((double) free[1], within(256 * MEGABYTE));
    assertThat(values.get("swap.total")).isEqualTo((double) free[2]);
  }

  @Test
  void collect_container_matchesItsCgroup() {
    eventually(this::assertCgroup);
  }

  private void assertCgroup() {
    Path cgroup = ProcFs.memoryCgroup().orElse(null);
    Map<String, Double> values = read();
    if (cgroup == null) {
      assertThat(values).doesNotContainKey("container.memory.used");
      return;
    }
    if (!values.containsKey("container.memory.limit")) { // otherwise of the cgroup with the limit
      assertThat(values.get("container.memory.used"))
          .isCloseTo(ProcFs.workingSet(cgroup), within(64 * MEGABYTE));
    }
  }

  @Test
  void collect_process_matchesProc() {
    eventually(this::assertProcess);
  }

  private void assertProcess() {
    read();
    Map<String, Double> values = readWithCpu(source);
    double resident = ProcFs.status("VmRSS") * 1024.0;
    assertThat(values.get("process.memory.resident")).isCloseTo(resident, within(64 * MEGABYTE));
    assertThat(values.get("process.threads")).isCloseTo(ProcFs.status("Threads"), within(10.0));
    assertThat(values.get("process.files.open"))
        .isCloseTo((double) ProcFs.children("/proc/self/fd").count(), within(10.0));
    assertThat(values.get("process.cpu.percent"))
        .isBetween(0.0, 101.0 * Runtime.getRuntime().availableProcessors());
    double jvmSeconds = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
    assertThat(values.get("process.uptime")).isCloseTo(jvmSeconds, within(5.0));
  }

  @Test
  void collect_fileSystem_matchesDf() {
    eventually(this::assertDf);
  }

  private void assertDf() throws IOException {
    long[] df = ProcFs.df("/");
    Map<String, Double> values = read();
    assertThat(values.get("disk.total")).isEqualTo((double) df[0]);
    assertThat(values.get("disk.used")).isCloseTo((double) df[1], within(256 * MEGABYTE));
    // df rounds up to whole percents
    assertThat(values.get("disk.percent")).isCloseTo((double) df[3], within(1.1));
  }

  @Test
  void collect_network_isBetweenTwoSamplesOfProc() {
    assumeThat(ProcFs.cards()).as("a network card, so not in a container").isNotEmpty();
    for (int i = 0; i < 3; i++) {
      long receivedBefore = ProcFs.cardBytes(0);
      long sentBefore = ProcFs.cardBytes(8);
      Map<String, Double> values = read();
      assertThat(values.get("network.bytes_recv"))
          .isBetween((double) receivedBefore, (double) ProcFs.cardBytes(0));
      assertThat(values.get("network.bytes_sent"))
          .isBetween((double) sentBefore, (double) ProcFs.cardBytes(8));
    }
  }

  @Test
  void collect_diskActivity_isBetweenTwoSamplesOfProc() {
    assumeThat(ProcFs.diskBytes(5)).as("a physical disk").isPositive();
    for (int i = 0; i < 3; i++) {
      long readBefore = ProcFs.diskBytes(5);
      long writtenBefore = ProcFs.diskBytes(9);
      Map<String, Double> values = read();
      assertThat(values.get("disk.bytes_read"))
          .isBetween((double) readBefore, (double) ProcFs.diskBytes(5));
      assertThat(values.get("disk.bytes_written"))
          .isBetween((double) writtenBefore, (double) ProcFs.diskBytes(9));
    }
  }

  @Test
  void collect_repeated_countersNeverDecrease() {
    Map<String, Double> before = read();
    for (int i = 0; i < 20; i++) {
      Map<String, Double> now = read();
      now.forEach(
          (name, value) -> {
            if (isTotal(name)) {
              assertThat(value).as(name).isGreaterThanOrEqualTo(before.get(name));
            }
          });
      before.putAll(now);
    }
  }

  @Test
  void collect_afterOpening_takesLessThanFiftyMilliseconds() {
    read();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] nanos = new long[21];
    long[] cpuNanos = new long[nanos.length];
    for (int i = 0; i < nanos.length; i++) {
      long startCpuNanos = threads.getCurrentThreadCpuTime();
      long startNanos = System.nanoTime();
      source.collect();
      nanos[i] = System.nanoTime() - startNanos;
      cpuNanos[i] = threads.getCurrentThreadCpuTime() - startCpuNanos;
    }
    Arrays.sort(nanos);
    Arrays.sort(cpuNanos);
    // On a busy machine, even the median includes time that other programs use.
    assertThat(Duration.ofNanos(cpuNanos[cpuNanos.length / 2])).isLessThan(COLLECTION_LIMIT);
    assertThat(Duration.ofNanos(nanos[0])).as("with all waits").isLessThan(COLLECTION_LIMIT);
  }

  @Test
  void collect_nativeCode_publishesSameMetrics() {
    SystemMetricSource nativeCode = SystemMetricSource.withProvider(oshi.SystemInfo::new);
    assertThat(read(nativeCode).keySet()).isEqualTo(read(source).keySet());
    assertThat(readWithCpu(nativeCode)).containsKey("cpu.percent");
  }

  /** Collects until OSHI's ticks, which it caches for 300 ms, have changed. */
  private static Map<String, Double> readWithCpu(SystemMetricSource source) {
    return await()
        .atMost(TIMEOUT)
        .until(() -> read(source), values -> values.containsKey("cpu.percent"));
  }
}
