package io.greenlang.metrics.collectors;

import static io.greenlang.metrics.collectors.ManualSleeper.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.jvm.JvmThreadSource;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Verifies each value against a known load on the JVM. */
@Timeout(180)
class JvmMetricSourceTest {

  private static final Tags WHOLE = Tags.empty();
  private static final int MEGABYTE = 1024 * 1024;

  private final JvmMetricSource source = JvmMetricSource.create();

  /**
   * Returns the latest value of each metric; several pauses of one collection share name and tags.
   */
  private CollectedMetrics collect() {
    Map<CollectedMetrics.Key, Double> values = new HashMap<>();
    for (Metric metric : source.collect()) {
      values.put(new CollectedMetrics.Key(metric.name(), metric.tags()), metric.value());
    }
    return new CollectedMetrics(values);
  }

  @Test
  void collect_twice_publishesAllMetricsOnJvmChannel() {
    source.collect();
    assertThat(source.collect())
        .allSatisfy(metric -> assertThat(metric.channel()).isEqualTo(JvmMetricSource.CHANNEL))
        .extracting(Metric::name)
        .contains(
            "memory.heap.used",
            "memory.nonheap.used",
            "memory.pool.used",
            "gc.count",
            "gc.seconds",
            "threads.count",
            "classes.count",
            "buffers.used",
            "cpu.seconds",
            "cpu.percent",
            "uptime");
  }

  @Test
  void heap_memoryAllocated_usedIncreasesByThatMuch() {
    System.gc();
    double before = collect().value("memory.heap.used", WHOLE);
    List<byte[]> kept = IntStream.range(0, 64).mapToObj(i -> new byte[MEGABYTE]).toList();
    double after = collect().value("memory.heap.used", WHOLE);
    assertThat(kept).hasSize(64);
    assertThat(after - before).isGreaterThan(48.0 * MEGABYTE);
    assertThat(after).isLessThanOrEqualTo(collect().value("memory.heap.max", WHOLE));
  }

  @Test
  void pools_heapAndNonHeap_sumToTotal() {
    CollectedMetrics now = collect();
    double pools = 0;
    for (String pool : now.tagValues("pool")) {
      CollectedMetrics.Key key =
          new CollectedMetrics.Key("memory.pool.committed", Tags.of("pool", pool));
      pools += now.values().getOrDefault(key, 0.0); // buffers are pools too, but of another kind
    }
    double committed =
        now.value("memory.heap.committed", WHOLE) + now.value("memory.nonheap.committed", WHOLE);
    assertThat(pools).isCloseTo(committed, within(16.0 * MEGABYTE));
  }

  @Test
  void gc_collectionRuns_isCountedAndPauseIsObserved() {
    double before = collections(collect());
    System.gc();
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(source.collect())
                    .filteredOn(metric -> metric.name().equals("gc.pause"))
                    .isNotEmpty()
                    .allSatisfy(
                        pause -> {
                          assertThat(pause.type()).isEqualTo(MetricType.HISTOGRAM);
                          assertThat(pause.value()).isBetween(0.0, 10_000.0);
                          assertThat(pause.tags().get("gc")).isNotNull();
                        }));
    assertThat(collections(collect())).isGreaterThan(before);
  }

  private static double collections(CollectedMetrics now) {
    double sum = 0;
    for (String collector : now.tagValues("gc")) {
      sum += now.value("gc.count", Tags.of("gc", collector));
    }
    return sum;
  }

  @Test
  void gc_repeatedCollections_pausesAreBounded() {
    for (int i = 0; i < 10; i++) {
      System.gc();
    }
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(source.collect())
                    .filteredOn(metric -> metric.name().equals("gc.pause"))
                    .hasSizeBetween(1, 1024));
  }

  @Test
  void threads_started_statesAreReported() throws InterruptedException {
    JvmThreadSource threads = new JvmThreadSource(JvmMetricSource.CHANNEL);
    double before = waiting(threads);
    double startedBefore = collect().value("threads.started", WHOLE);
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> parked =
        IntStream.range(0, 20).mapToObj(i -> new Thread(() -> awaitEnd(end))).toList();
    parked.forEach(Thread::start);
    try {
      await().atMost(TIMEOUT).until(() -> waiting(threads) >= before + 15);
      assertThat(collect().value("threads.started", WHOLE))
          .isGreaterThanOrEqualTo(startedBefore + 20);
      assertThat(CollectedMetrics.of(threads.collect()).tagValues("state"))
          .containsExactlyInAnyOrder(
              "new", "runnable", "blocked", "waiting", "timed_waiting", "terminated");
      assertThat(threads.demandChannel()).isEqualTo(JvmMetricSource.CHANNEL);
    } finally {
      end.countDown();
      for (Thread thread : parked) {
        thread.join();
      }
    }
  }

  private static double waiting(JvmThreadSource threads) {
    return CollectedMetrics.of(threads.collect())
        .value("threads.by_state", Tags.of("state", "waiting"));
  }

  private static void awaitEnd(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void buffers_directMemoryAllocated_isReported() {
    Tags direct = Tags.of("pool", "direct");
    double before = collect().value("buffers.used", direct);
    ByteBuffer kept = ByteBuffer.allocateDirect(8 * MEGABYTE);
    assertThat(collect().value("buffers.used", direct) - before)
        .isGreaterThanOrEqualTo(kept.capacity());
  }

  @Test
  void cpu_busyThread_timeIsReported() {
    double before = collect().value("cpu.seconds", WHOLE);
    try (BusyThread busy = new BusyThread()) {
      await().atMost(TIMEOUT).until(busy::isRunning);
      await().atMost(TIMEOUT).until(() -> collect().value("cpu.seconds", WHOLE) > before + 0.5);
      double uptimeBefore = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
      double uptime = collect().value("uptime", WHOLE);
      double uptimeAfter = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
      assertThat(uptime).isBetween(uptimeBefore - 2, uptimeAfter + 2);
    }
  }
}
