package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a source does that throws, hangs or answers nonsense: to itself only. */
@Timeout(30)
class FailureIsolationTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime();
  private final RecordingSink sink = new RecordingSink();
  private final List<String> log = new CopyOnWriteArrayList<>();

  private MetricCollector collecting(MetricSource... sources) {
    return collecting(sink, sources);
  }

  private MetricCollector collecting(MetricSink to, MetricSource... sources) {
    MetricCollector.Builder builder =
        MetricCollector.builder(to)
            .interval(SECOND)
            .clock(time)
            .pause(time)
            .log((message, thrown) -> log.add(message + ": " + thrown));
    for (MetricSource source : sources) {
      builder.source(source);
    }
    return builder.build();
  }

  private static final List<Metric> ONE =
      List.of(Metric.gauge("pool.metrics", "depth", 1, Tags.empty()));

  private static MetricSource good() {
    return MetricSource.named("good", () -> ONE);
  }

  static List<Throwable> throwables() {
    return List.of(
        new Exception("no connection"),
        new IllegalStateException("closed"),
        new InterruptedException("not by the collector"),
        new StackOverflowError(),
        new NoClassDefFoundError("com/sun/jna/Native"),
        new OutOfMemoryError("test"),
        new FailureLogTest.Unprintable());
  }

  @ParameterizedTest
  @MethodSource("throwables")
  void collect_throws_isCountedAndTriedAgain(Throwable thrown) {
    AtomicBoolean broken = new AtomicBoolean(true);
    MetricSource flaky =
        MetricSource.named(
            "flaky",
            () -> {
              if (broken.get()) {
                throw FailureIsolationTest.<Exception>sneaky(thrown);
              }
              return ONE;
            });
    try (MetricCollector collector = collecting(flaky, good())) {
      collector.start();
      time.runTicks(2, SECOND, 2);
      broken.set(false);
      time.runTicks(1, SECOND, 2);

      SourceStats flakyStats = collector.stats().sources().get(0);
      assertThat(flakyStats.failures()).isEqualTo(3);
      assertThat(flakyStats.collections()).isEqualTo(1);
      SourceStats goodStats = collector.stats().sources().get(1);
      assertThat(goodStats.failures()).isZero();
      assertThat(goodStats.collections()).isEqualTo(4);
      assertThat(log).hasSize(1);
      assertThat(log.get(0)).startsWith("reading source \"flaky\" failed");
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  @SuppressWarnings("NullAway") // as a host does that does not check its nulls
  void collect_returnsNull_failsWithAReason() {
    try (MetricCollector collector = collecting(MetricSource.named("empty", () -> null))) {
      collector.start();
      time.awaitWaiting(1);
      assertThat(collector.stats().failures()).isEqualTo(1);
      assertThat(log.get(0))
          .contains("source \"empty\" returned null; with nothing to report, return an empty list");
    }
  }

  @Test
  void collect_returnsANullMetric_failsWithAReason() {
    MetricSource holey = MetricSource.named("holey", () -> Arrays.asList(ONE.get(0), null));
    try (MetricCollector collector = collecting(holey)) {
      collector.start();
      time.awaitWaiting(1);
      assertThat(collector.stats().failures()).isEqualTo(1);
      assertThat(collector.stats().metricsPublished()).isZero();
      assertThat(sink.publications).isEmpty();
      assertThat(log.get(0)).contains("source \"holey\" returned null as metric 1 of its list");
    }
  }

  @Test
  void collect_throwsForTwoMinutes_isLoggedOnceAMinute() {
    MetricSource broken =
        MetricSource.named(
            "broken",
            () -> {
              throw new IllegalStateException("down");
            });
    try (MetricCollector collector = collecting(broken)) {
      collector.start();
      time.runTicks(120, SECOND, 1);
      assertThat(collector.stats().failures()).isEqualTo(121);
      assertThat(log).hasSize(3);
      assertThat(log.get(2)).contains("59 more failures");
    }
  }

  @Test
  void publish_throws_isCountedAndTriedAgain() {
    AtomicBoolean closed = new AtomicBoolean(true);
    MetricSink closable =
        (Collection<Metric> metrics) -> {
          if (closed.get()) {
            throw new IllegalStateException("the hub is closed");
          }
          sink.publish(metrics);
        };
    try (MetricCollector collector = collecting(closable, good())) {
      collector.start();
      time.awaitWaiting(1);
      closed.set(false);
      time.runTicks(1, SECOND, 1);
      assertThat(collector.stats().failures()).isEqualTo(1);
      assertThat(collector.stats().collections()).isEqualTo(1);
      assertThat(log.get(0)).startsWith("publishing 1 metrics of source \"good\" failed");
    }
  }

  @Test
  void collect_hangs_delaysNoOtherAndShowsInTheStats() {
    CountDownLatch never = new CountDownLatch(1);
    MetricSource hanging =
        MetricSource.named(
            "hanging",
            () -> {
              never.await();
              return ONE;
            });
    try (MetricCollector collector = collecting(hanging, good())) {
      collector.start();
      time.runTicks(10, SECOND, 1);
      await().until(() -> collector.stats().sources().get(0).inProgress().toSeconds() > 0);
      SourceStats goodStats = collector.stats().sources().get(1);
      assertThat(goodStats.collections()).isEqualTo(11);

      collector.stop();
      SourceStats stopped = collector.stats().sources().get(0);
      assertThat(stopped.inProgress()).as("the interrupt ended it").isZero();
      assertThat(stopped.failures()).as("which is no failure of the source").isZero();
      assertThat(log).isEmpty();
    }
  }

  @Test
  void collect_hangs_isReportedOnceAMinuteWithItsStack() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    MetricSource hanging =
        MetricSource.named(
            "hanging",
            () -> {
              entered.countDown();
              never.await();
              return ONE;
            });
    List<Throwable> where = new CopyOnWriteArrayList<>();
    MetricCollector.Builder builder =
        MetricCollector.builder(sink)
            .interval(SECOND)
            .clock(time)
            .pause(time)
            .watchEvery(Duration.ofMillis(1))
            .log(
                (message, thrown) -> {
                  log.add(message);
                  where.add(thrown);
                });
    try (MetricCollector collector = builder.source(hanging).source(good()).build()) {
      collector.start();
      entered.await();
      time.runTicks(9, SECOND, 1);
      assertThat(log).as("nine seconds may be just slow").isEmpty();
      time.runTicks(1, SECOND, 1);
      await().until(() -> log.size() == 1);
      assertThat(log.get(0)).startsWith("reading source \"hanging\" has taken 10 s so far");
      assertThat(where.get(0).getStackTrace())
          .anyMatch(frame -> frame.getClassName().equals(CountDownLatch.class.getName()));
      time.runTicks(59, SECOND, 1);
      assertThat(log).hasSize(1);
      time.runTicks(1, SECOND, 1);
      await().until(() -> log.size() == 2);
      assertThat(log.get(1)).startsWith("reading source \"hanging\" has taken 70 s so far");
      assertThat(collector.stats().sources().get(1).collections()).isEqualTo(71);
    }
  }

  @Test
  void collect_aMillionSeries_publishesAsManyAsItMayAndSaysSo() {
    MetricSource flood =
        MetricSource.named("flood", () -> Collections.nCopies(1_000_000, ONE.get(0)));
    try (MetricCollector collector = collecting(flood, good())) {
      collector.start();
      time.runTicks(1, SECOND, 2);
      assertThat(sink.publications).filteredOn(metrics -> metrics.size() == 100_000).hasSize(2);
      SourceStats stats = collector.stats().sources().get(0);
      assertThat(stats.metricsPublished()).isEqualTo(200_000);
      assertThat(stats.metricsDropped()).isEqualTo(1_800_000);
      assertThat(log).hasSize(1);
      assertThat(log.get(0))
          .contains("source \"flood\" yields too much; 900000 metrics beyond 100000 are left out");
    }
  }

  static List<MetricSource.Reading> badMetrics() {
    return List.of(
        () -> List.of(Metric.gauge("pool.metrics", "depth", Double.NaN, Tags.empty())),
        () -> List.of(Metric.gauge("pool.metrics", "d", Double.POSITIVE_INFINITY, Tags.empty())),
        () -> List.of(Metric.gauge("pool.metrics", "a\u0000b", 1, Tags.empty())),
        () -> List.of(Metric.gauge("pool metrics", "depth", 1, Tags.empty())),
        () -> List.of(Metric.gauge("pool.metrics", "d", 1, Tags.of("query", "x".repeat(10_240)))));
  }

  @ParameterizedTest
  @MethodSource("badMetrics")
  void collect_metricThatCannotBe_failsTheReadingAndTheOthersGoOn(MetricSource.Reading reading) {
    try (MetricCollector collector = collecting(MetricSource.named("bad", reading), good())) {
      collector.start();
      time.runTicks(3, SECOND, 2);
      assertThat(collector.stats().sources().get(0).failures()).isEqualTo(4);
      assertThat(collector.stats().sources().get(1).collections()).isEqualTo(4);
      assertThat(log).hasSize(1);
      assertThat(log.get(0).length()).as("hostile text is cut").isLessThan(400);
    }
  }

  @Test
  void collect_nameWithSpaces_isPublishedAsItIs() {
    MetricSource spaced =
        MetricSource.named(
            "spaced", () -> List.of(Metric.gauge("pool.metrics", "queue depth", 1, Tags.empty())));
    try (MetricCollector collector = collecting(spaced)) {
      collector.start();
      time.awaitWaiting(1);
      assertThat(sink.countOf("queue depth")).isEqualTo(1);
    }
  }

  @Test
  void stop_sourceIgnoresTheInterrupt_returnsAndDiscardsWhatItYields() {
    Stubborn stubborn = new Stubborn();
    try (MetricCollector collector = collecting(stubborn)) {
      collector.start();
      await().until(() -> stubborn.entered.get() == 1);
      long began = System.nanoTime();
      collector.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));

      collector.start();
      stubborn.release.countDown();
      time.awaitWaiting(1);
      assertThat(stubborn.entered).hasValue(2);
      assertThat(stubborn.mostAtOnce).as("never read by two threads").hasValue(1);
      assertThat(sink.publications).as("only what the second run read").hasSize(1);
    }
  }

  /** Hangs in its first reading, and goes on hanging when it is interrupted. */
  private static final class Stubborn implements MetricSource {
    final AtomicInteger entered = new AtomicInteger();
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final CountDownLatch release = new CountDownLatch(1);

    @Override
    public String name() {
      return "stubborn";
    }

    @Override
    public Collection<Metric> collect() {
      entered.incrementAndGet();
      int now = inside.incrementAndGet();
      mostAtOnce.accumulateAndGet(now, Math::max);
      boolean released = false;
      while (!released) {
        try {
          release.await();
          released = true;
        } catch (InterruptedException ignored) {
          // being stubborn
        }
      }
      inside.decrementAndGet();
      return ONE;
    }
  }

  @Test
  void collect_leavesAnInterruptBehind_goesOn() {
    MetricSource restoring =
        MetricSource.named(
            "restoring",
            () -> {
              Thread.currentThread().interrupt();
              return ONE;
            });
    try (MetricCollector collector = collecting(restoring)) {
      collector.start();
      time.runTicks(3, SECOND, 1);
      assertThat(collector.stats().collections()).isEqualTo(4);
    }
  }

  @Test
  void collect_leavesAnInterruptBehindAndOverruns_nextReadingIsNotInterrupted() {
    List<Boolean> interruptedAtEntry = new CopyOnWriteArrayList<>();
    MetricSource late =
        MetricSource.named(
            "late",
            () -> {
              interruptedAtEntry.add(Thread.currentThread().isInterrupted());
              if (interruptedAtEntry.size() == 1) {
                time.advance(SECOND); // so that the next tick is due at once, without a wait
                Thread.currentThread().interrupt();
              }
              return ONE;
            });
    try (MetricCollector collector = collecting(late)) {
      collector.start();
      time.awaitWaiting(1);
      assertThat(interruptedAtEntry).containsExactly(false, false);
    }
  }

  @Test
  void stop_calledByTheSource_ends() {
    AtomicReference<MetricCollector> self = new AtomicReference<>();
    CountDownLatch returned = new CountDownLatch(1);
    MetricSource quitting =
        MetricSource.named(
            "quitting",
            () -> {
              Objects.requireNonNull(self.get()).stop();
              returned.countDown();
              return ONE;
            });
    try (MetricCollector collector = collecting(quitting)) {
      self.set(collector);
      collector.start();
      await().until(() -> returned.getCount() == 0);
      assertThat(collector.stats().running()).isFalse();
    }
  }

  @Test
  void stop_callerIsInterrupted_keepsTheStatus() {
    try (MetricCollector collector = collecting(good())) {
      collector.start();
      time.awaitWaiting(1);
      Thread.currentThread().interrupt();
      collector.stop();
      assertThat(Thread.interrupted()).isTrue();
      time.awaitWaiting(0);
    }
  }
}
