package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.support.FailureLogTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Verifies that a source that throws or returns invalid metrics affects only itself. */
@Timeout(120)
class FailureIsolationTest {

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
  void collect_sourceThrows_isCountedAndRetried(Throwable thrown) {
    AtomicBoolean broken = new AtomicBoolean(true);
    MetricSource flaky =
        MetricSource.of(
            "flaky",
            () -> {
              if (broken.get()) {
                throw FailureIsolationTest.<Exception>sneaky(thrown);
              }
              return ONE;
            });
    try (MetricCollector collector = collectorOf(flaky, good())) {
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
      assertThat(log.get(0)).startsWith("Failed to collect from source \"flaky\"");
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  @SuppressWarnings("NullAway") // simulates an application without null checks
  void collect_sourceReturnsNull_failsWithReason() {
    try (MetricCollector collector = collectorOf(MetricSource.of("empty", () -> null))) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(collector.stats().failures()).isEqualTo(1);
      assertThat(log.get(0))
          .contains("source \"empty\" returned null; return an empty list if there are no metrics");
    }
  }

  @Test
  void collect_sourceReturnsNullMetric_failsWithReason() {
    MetricSource sourceWithNull =
        MetricSource.of("incomplete", () -> Arrays.asList(ONE.get(0), null));
    try (MetricCollector collector = collectorOf(sourceWithNull)) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(collector.stats().failures()).isEqualTo(1);
      assertThat(collector.stats().metricsPublished()).isZero();
      assertThat(sink.publications).isEmpty();
      assertThat(log.get(0))
          .contains("source \"incomplete\" returned null as element 1 of its list");
    }
  }

  @Test
  void collect_sourceThrowsForTwoMinutes_logsOncePerMinute() {
    MetricSource broken =
        MetricSource.of(
            "broken",
            () -> {
              throw new IllegalStateException("down");
            });
    try (MetricCollector collector = collectorOf(broken)) {
      collector.start();
      time.runTicks(120, SECOND, 1);
      assertThat(collector.stats().failures()).isEqualTo(121);
      assertThat(log).hasSize(3);
      assertThat(log.get(2)).contains("59 more failures");
    }
  }

  @Test
  void publish_sinkThrows_isCountedAndRetried() {
    AtomicBoolean closed = new AtomicBoolean(true);
    MetricSink closable =
        (Collection<Metric> metrics) -> {
          if (closed.get()) {
            throw new IllegalStateException("the hub is closed");
          }
          sink.publish(metrics);
        };
    try (MetricCollector collector = collectorOf(closable, good())) {
      collector.start();
      time.awaitSleepers(1);
      closed.set(false);
      time.runTicks(1, SECOND, 1);
      assertThat(collector.stats().failures()).isEqualTo(1);
      assertThat(collector.stats().collections()).isEqualTo(1);
      assertThat(log.get(0)).startsWith("Failed to publish 1 metrics of source \"good\"");
    }
  }

  @Test
  void collect_millionSeries_publishesUpToLimitAndLogs() {
    MetricSource flood = MetricSource.of("flood", () -> Collections.nCopies(1_000_000, ONE.get(0)));
    try (MetricCollector collector = collectorOf(flood, good())) {
      collector.start();
      time.runTicks(1, SECOND, 2);
      assertThat(sink.publications).filteredOn(metrics -> metrics.size() == 100_000).hasSize(2);
      SourceStats stats = collector.stats().sources().get(0);
      assertThat(stats.metricsPublished()).isEqualTo(200_000);
      assertThat(stats.metricsDropped()).isEqualTo(1_800_000);
      assertThat(log).hasSize(1);
      assertThat(log.get(0))
          .contains(
              "Source \"flood\" returned too many metrics;"
                  + " discarding 900000 beyond the limit of 100000");
    }
  }

  @Test
  void collect_metricTagsExceedLimitWithCommonTags_losesOnlyThatMetric() {
    Map<String, String> tags = new TreeMap<>();
    IntStream.range(0, Tags.MAX_TAGS).forEach(i -> tags.put("t" + i, ""));
    Metric crowded = Metric.gauge("pool.metrics", "crowded", 1, Tags.of(tags));
    MetricSource mixed =
        MetricSource.of("mixed", () -> List.of(crowded, ONE.get(0), crowded, ONE.get(0)));
    try (MetricCollector collector = collectorOf(mixed)) {
      collector.start();
      time.runTicks(1, SECOND, 1);
      assertThat(sink.publications).hasSize(2).allMatch(metrics -> metrics.size() == 2);
      assertThat(sink.countByName("depth")).isEqualTo(4);
      assertThat(collector.stats().sources().get(0).metricsDropped()).isEqualTo(4);
      assertThat(collector.stats().failures()).isZero();
      assertThat(log)
          .singleElement()
          .asString()
          .contains(
              "Source \"mixed\" returned metrics with too many tags; discarding 2 of them",
              "metric \"crowded\" with the common tags: got 17 tags, but at most 16 are allowed");
    }
  }

  static List<MetricSource.Collect> badMetrics() {
    return List.of(
        () -> List.of(Metric.gauge("pool.metrics", "depth", Double.NaN, Tags.empty())),
        () -> List.of(Metric.gauge("pool.metrics", "d", Double.POSITIVE_INFINITY, Tags.empty())),
        () -> List.of(Metric.gauge("pool.metrics", "a\u0000b", 1, Tags.empty())),
        () -> List.of(Metric.gauge("pool metrics", "depth", 1, Tags.empty())),
        () -> List.of(Metric.gauge("pool.metrics", "d", 1, Tags.of("query", "x".repeat(10_240)))));
  }

  @ParameterizedTest
  @MethodSource("badMetrics")
  void collect_invalidMetric_failsThatCollectionOnly(MetricSource.Collect collection) {
    try (MetricCollector collector = collectorOf(MetricSource.of("bad", collection), good())) {
      collector.start();
      time.runTicks(3, SECOND, 2);
      assertThat(collector.stats().sources().get(0).failures()).isEqualTo(4);
      assertThat(collector.stats().sources().get(1).collections()).isEqualTo(4);
      assertThat(log).hasSize(1);
      assertThat(log.get(0).length()).as("hostile text is truncated").isLessThan(400);
    }
  }

  @Test
  void collect_nameWithSpaces_isPublishedUnchanged() {
    MetricSource spaced =
        MetricSource.of(
            "spaced", () -> List.of(Metric.gauge("pool.metrics", "queue depth", 1, Tags.empty())));
    try (MetricCollector collector = collectorOf(spaced)) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(sink.countByName("queue depth")).isEqualTo(1);
    }
  }
}
