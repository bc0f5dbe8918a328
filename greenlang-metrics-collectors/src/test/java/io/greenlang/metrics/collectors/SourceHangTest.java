package io.greenlang.metrics.collectors;

import static io.greenlang.metrics.collectors.ManualSleeper.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Verifies that a source that hangs, or deals with interrupts, affects only itself. */
@Timeout(120)
class SourceHangTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualSleeper time = new ManualSleeper();
  private final RecordingSink sink = new RecordingSink();
  private final List<String> log = new CopyOnWriteArrayList<>();

  private MetricCollector collectorOf(MetricSource... sources) {
    return collectorOf(sink, sources);
  }

  private MetricCollector collectorOf(MetricSink destination, MetricSource... sources) {
    MetricCollectorBuilder builder =
        MetricCollector.builder(destination)
            .interval(SECOND)
            .clock(time)
            .sleeper(time)
            .failureOutput((message, thrown) -> log.add(message + ": " + thrown));
    for (MetricSource source : sources) {
      builder.source(source);
    }
    return builder.build();
  }

  private static final List<Metric> ONE =
      List.of(Metric.gauge("pool.metrics", "depth", 1, Tags.empty()));

  private static MetricSource good() {
    return MetricSource.of("good", () -> ONE);
  }

  @Test
  void collect_sourceHangs_showsInStatsWithoutDelayingOthers() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    MetricSource hanging =
        MetricSource.of(
            "hanging",
            () -> {
              entered.countDown();
              never.await();
              return ONE;
            });
    try (MetricCollector collector = collectorOf(hanging, good())) {
      collector.start();
      entered.await(); // before the clock advances
      time.runTicks(10, SECOND, 1);
      await()
          .atMost(TIMEOUT)
          .until(() -> collector.stats().sources().get(0).inProgress().toSeconds() > 0);
      SourceStats goodStats = collector.stats().sources().get(1);
      assertThat(goodStats.collections()).isEqualTo(11);

      collector.stop();
      await()
          .alias("the interrupt ended it")
          .atMost(TIMEOUT)
          .until(() -> collector.stats().sources().get(0).inProgress().isZero());
      SourceStats stopped = collector.stats().sources().get(0);
      assertThat(stopped.failures()).as("an interrupt is not a failure of the source").isZero();
      assertThat(log).isEmpty();
    }
  }

  @Test
  void collect_sourceHangs_logsStackOncePerMinute() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    MetricSource hanging =
        MetricSource.of(
            "hanging",
            () -> {
              entered.countDown();
              never.await();
              return ONE;
            });
    List<Throwable> locations = new CopyOnWriteArrayList<>();
    MetricCollectorBuilder builder =
        MetricCollector.builder(sink)
            .interval(SECOND)
            .clock(time)
            .sleeper(time)
            .hangCheckInterval(Duration.ofMillis(1))
            .failureOutput(
                (message, thrown) -> {
                  locations.add(thrown);
                  log.add(message); // last, because the test waits for it
                });
    Duration rarely = Duration.ofHours(1); // the interval of a source does not delay the report
    try (MetricCollector collector = builder.source(hanging, rarely).source(good()).build()) {
      collector.start();
      entered.await();
      time.runTicks(9, SECOND, 1);
      assertThat(log).as("nine seconds is only slow").isEmpty();
      time.runTicks(1, SECOND, 1);
      await().atMost(TIMEOUT).until(() -> log.size() == 1);
      assertThat(log.get(0)).startsWith("Source \"hanging\" has not returned for 10 s");
      assertThat(locations.get(0).getStackTrace())
          .anyMatch(frame -> frame.getClassName().equals(CountDownLatch.class.getName()));
      time.runTicks(59, SECOND, 1);
      assertThat(log).hasSize(1);
      time.runTicks(1, SECOND, 1);
      await().atMost(TIMEOUT).until(() -> log.size() == 2);
      assertThat(log.get(1)).startsWith("Source \"hanging\" has not returned for 70 s");
      assertThat(collector.stats().sources().get(1).collections()).isEqualTo(71);
    }
  }

  @Test
  void stop_sourceIgnoresInterrupt_returnsAndDiscardsItsResult() {
    Stubborn stubborn = new Stubborn();
    try (MetricCollector collector = collectorOf(stubborn)) {
      collector.start();
      await().atMost(TIMEOUT).until(() -> stubborn.entered.get() == 1);
      long startNanos = System.nanoTime();
      collector.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(TIMEOUT);

      collector.start();
      stubborn.release.countDown();
      time.awaitSleepers(1);
      assertThat(stubborn.entered).hasValue(2);
      assertThat(stubborn.maxConcurrent).as("never called by two threads").hasValue(1);
      assertThat(sink.publications).as("only metrics of the second run").hasSize(1);
    }
  }

  /** Source that hangs in its first collection and ignores interrupts. */
  private static final class Stubborn implements MetricSource {
    final AtomicInteger entered = new AtomicInteger();
    final AtomicInteger active = new AtomicInteger();
    final AtomicInteger maxConcurrent = new AtomicInteger();
    final CountDownLatch release = new CountDownLatch(1);

    @Override
    public String name() {
      return "stubborn";
    }

    @Override
    public Collection<Metric> collect() {
      entered.incrementAndGet();
      int concurrent = active.incrementAndGet();
      maxConcurrent.accumulateAndGet(concurrent, Math::max);
      boolean released = false;
      while (!released) {
        try {
          release.await();
          released = true;
        } catch (InterruptedException ignored) {
          // intentionally ignored
        }
      }
      active.decrementAndGet();
      return ONE;
    }
  }

  @Test
  void collect_sourceLeavesInterrupt_continues() {
    MetricSource restoring =
        MetricSource.of(
            "restoring",
            () -> {
              Thread.currentThread().interrupt();
              return ONE;
            });
    try (MetricCollector collector = collectorOf(restoring)) {
      collector.start();
      time.runTicks(3, SECOND, 1);
      assertThat(collector.stats().collections()).isEqualTo(4);
    }
  }

  @Test
  void collect_sourceLeavesInterruptAndOverruns_nextCollectionIsNotInterrupted() {
    List<Boolean> interruptedAtEntry = new CopyOnWriteArrayList<>();
    MetricSource slow =
        MetricSource.of(
            "slow",
            () -> {
              interruptedAtEntry.add(Thread.currentThread().isInterrupted());
              if (interruptedAtEntry.size() == 1) {
                time.advance(SECOND); // so that the next tick is due immediately
                Thread.currentThread().interrupt();
              }
              return ONE;
            });
    try (MetricCollector collector = collectorOf(slow)) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(interruptedAtEntry).containsExactly(false, false);
    }
  }

  @Test
  void stop_calledBySource_stops() {
    AtomicReference<MetricCollector> self = new AtomicReference<>();
    CountDownLatch returned = new CountDownLatch(1);
    MetricSource quitting =
        MetricSource.of(
            "quitting",
            () -> {
              Objects.requireNonNull(self.get()).stop();
              returned.countDown();
              return ONE;
            });
    try (MetricCollector collector = collectorOf(quitting)) {
      self.set(collector);
      collector.start();
      await().atMost(TIMEOUT).until(() -> returned.getCount() == 0);
      assertThat(collector.stats().running()).isFalse();
    }
  }

  @Test
  void stop_callerInterrupted_keepsInterruptStatus() {
    try (MetricCollector collector = collectorOf(good())) {
      collector.start();
      time.awaitSleepers(1);
      Thread.currentThread().interrupt();
      collector.stop();
      assertThat(Thread.interrupted()).isTrue();
      time.awaitSleepers(0);
    }
  }
}
