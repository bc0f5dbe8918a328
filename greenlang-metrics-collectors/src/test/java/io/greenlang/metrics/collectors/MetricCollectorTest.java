package io.greenlang.metrics.collectors;

import static io.greenlang.metrics.collectors.ManualSleeper.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Verifies the schedule, the life cycle, and the processing of a metric on its way to the sink. */
@Timeout(120)
class MetricCollectorTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualSleeper time = new ManualSleeper();
  private final RecordingSink sink = new RecordingSink();

  private MetricCollectorBuilder builder() {
    return MetricCollector.builder(sink).interval(SECOND).clock(time).sleeper(time);
  }

  private static Metric depth(double value) {
    return Metric.gauge("pool.metrics", "depth", value, Tags.empty());
  }

  private static MetricSource pool() {
    return MetricSource.of("pool", () -> List.of(depth(1)));
  }

  @Test
  void start_clockStopped_collectsOnceImmediately() {
    try (MetricCollector collector = builder().source(pool()).build()) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(sink.publications).hasSize(1);
    }
  }

  @Test
  void start_clockAdvances_collectsAtEachInterval() {
    try (MetricCollector collector = builder().source(pool()).build()) {
      collector.start();
      time.runTicks(5, SECOND, 1);
      assertThat(sink.publications).hasSize(6);
      time.advance(SECOND.minusNanos(1));
      time.awaitSleepers(1);
      assertThat(sink.publications).hasSize(6);
    }
  }

  @Test
  void collect_metricsWithDetails_keepsDistributionsAndStarts() {
    Metric latency =
        Metric.distribution("pool.metrics", "latency", Distribution.of(1, 2, 300), Tags.empty());
    Metric total =
        Metric.counter("pool.metrics", "total", 7, Tags.empty()).startedAt(Instant.EPOCH);
    MetricSource source = MetricSource.of("pool", () -> List.of(latency, total));
    try (MetricCollector collector = builder().source(source).tag("env", "test").build()) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(sink.publications.get(0))
          .extracting(Metric::detail)
          .containsExactly(latency.detail(), total.detail());
    }
  }

  @Test
  void start_twice_collectsEachSourceOnce() {
    try (MetricCollector collector = builder().source(pool()).build()) {
      collector.start();
      collector.start();
      time.runTicks(1, SECOND, 1);
      assertThat(sink.publications).hasSize(2);
    }
  }

  @Test
  void start_always_usesDaemonThreadPerSource() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    MetricSource source =
        MetricSource.of(
            "pool",
            () -> {
              threads.add(Thread.currentThread());
              return List.of();
            });
    try (MetricCollector collector = builder().source(source).build()) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(threads.get(0).isDaemon()).isTrue();
      assertThat(threads.get(0).getName()).isEqualTo("metric-collector-pool");
      collector.stop();
      threads.get(0).join(TIMEOUT.toMillis()); // stop() waits for it, but only for a second
      assertThat(threads.get(0).isAlive()).isFalse();
    }
  }

  @Test
  void collect_slowerThanInterval_skipsTicksWithoutBurst() {
    List<Instant> collectionTimes = new ArrayList<>();
    MetricSource slowOnce =
        MetricSource.of(
            "slow",
            () -> {
              collectionTimes.add(Instant.ofEpochMilli(time.wallTimeMillis()));
              if (collectionTimes.size() == 1) {
                time.advance(Duration.ofMillis(3_500));
              }
              return List.of(depth(1));
            });
    try (MetricCollector collector = builder().source(slowOnce).build()) {
      collector.start();
      time.awaitSleepers(1);
      time.advance(Duration.ofMillis(500));
      time.runTicks(1, SECOND, 1);
      assertThat(collectionTimes)
          .containsExactly(
              ManualSleeper.START,
              ManualSleeper.START.plusSeconds(4),
              ManualSleeper.START.plusSeconds(5));
      SourceStats stats = collector.stats().sources().get(0);
      assertThat(stats.skippedTicks()).isEqualTo(3);
    }
  }

  @Test
  void stop_running_canBeRestarted() {
    try (MetricCollector collector = builder().source(pool()).build()) {
      assertThat(collector.stats().running()).isFalse();
      collector.start();
      time.awaitSleepers(1);
      assertThat(collector.stats().running()).isTrue();

      collector.stop();
      collector.stop();
      assertThat(collector.stats().running()).isFalse();
      time.advance(SECOND);
      time.awaitSleepers(0);
      assertThat(sink.publications).hasSize(1);

      collector.start();
      time.runTicks(1, SECOND, 1);
      assertThat(collector.stats().running()).isTrue();
      assertThat(collector.stats().collections()).isEqualTo(3);
    }
  }

  @Test
  void close_twice_rejectsRestart() {
    MetricCollector collector = builder().source(pool()).build();
    collector.start();
    collector.close();
    collector.close();
    collector.stop();
    assertThat(collector.stats().running()).isFalse();
    assertThatIllegalStateException().isThrownBy(collector::start).withMessageContaining("closed");
  }

  @Test
  void stats_afterCollections_countsThem() {
    AtomicInteger collections = new AtomicInteger();
    MetricSource two =
        MetricSource.of(
            "two",
            () -> {
              time.advance(Duration.ofMillis(7));
              return collections.incrementAndGet() == 1 ? List.of(depth(1), depth(2)) : List.of();
            });
    try (MetricCollector collector = builder().source(two).build()) {
      assertThat(collector.stats())
          .isEqualTo(
              new CollectorStats(
                  false,
                  0,
                  0,
                  0,
                  Duration.ZERO,
                  List.of(new SourceStats("two", 0, 0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO))));
      collector.start();
      time.runTicks(1, SECOND, 1);
      Duration took = Duration.ofMillis(7);
      SourceStats source = new SourceStats("two", 2, 0, 0, 0, 2, 0, took, Duration.ZERO);
      assertThat(collector.stats())
          .isEqualTo(new CollectorStats(true, 2, 0, 2, took, List.of(source)));
      assertThat(sink.publications).as("an empty collection is not published").hasSize(1);
    }
  }

  @Test
  void collect_metricsWithoutTimestamp_getStartTimeOfCollection() {
    Instant explicitTime = Instant.parse("2026-11-22T11:59:00Z");
    MetricSource slow =
        MetricSource.of(
            "slow",
            () -> {
              Metric first = depth(1);
              time.advance(Duration.ofMillis(20));
              return List.of(first, depth(2), depth(3).withTimestamp(explicitTime));
            });
    try (MetricCollector collector = builder().source(slow).build()) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(sink.publications.get(0))
          .extracting(Metric::timestamp)
          .containsExactly(ManualSleeper.START, ManualSleeper.START, explicitTime);
    }
  }

  @Test
  void collect_collectorHasTags_metricTagsTakePrecedence() {
    Metric metric = Metric.gauge("pool.metrics", "depth", 1, Tags.of("region", "eu", "pool", "a"));
    MetricSource source = MetricSource.of("pool", () -> List.of(metric));
    MetricCollectorBuilder builder =
        builder().source(source).tag("env", "test").tags(Tags.of("region", "us", "host", "web-1"));
    try (MetricCollector collector = builder.build()) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(sink.publications.get(0).get(0).tags().asMap())
          .isEqualTo(Map.of("env", "test", "region", "eu", "pool", "a", "host", "web-1"));
    }
  }

  @Test
  void collect_listChangedLater_publishesCopy() {
    List<Metric> reused = new ArrayList<>();
    MetricSource source =
        MetricSource.of(
            "pool",
            () -> {
              reused.clear();
              reused.add(depth(1));
              return reused;
            });
    List<Iterable<Metric>> published = new ArrayList<>();
    MetricCollectorBuilder builder =
        MetricCollector.builder(published::add).interval(SECOND).clock(time).sleeper(time);
    try (MetricCollector collector = builder.source(source).build()) {
      collector.start();
      time.awaitSleepers(1);
      reused.clear();
      assertThat(published.get(0)).hasSize(1);
    }
  }

  @Test
  void collect_channelWithoutSubscribers_idlesUntilWatched() {
    AtomicBoolean watched = new AtomicBoolean();
    MetricSink hub =
        new MetricSink() {
          @Override
          public void publish(Collection<Metric> metrics) {
            sink.publish(metrics);
          }

          @Override
          public boolean isWatched(Channel channel) {
            return channel.name().equals("pool.metrics") && watched.get();
          }
        };
    MetricSource expensive =
        new MetricSource() {
          @Override
          public String name() {
            return "expensive";
          }

          @Override
          public Channel demandChannel() {
            return new Channel("pool.metrics");
          }

          @Override
          public List<Metric> collect() {
            return List.of(depth(1));
          }
        };
    MetricCollectorBuilder builder =
        MetricCollector.builder(hub).interval(SECOND).clock(time).sleeper(time);
    try (MetricCollector collector = builder.source(expensive).build()) {
      collector.start();
      time.runTicks(4, SECOND, 1);
      assertThat(sink.publications).isEmpty();
      assertThat(collector.stats().sources().get(0).idleTicks()).isEqualTo(5);
      watched.set(true);
      time.runTicks(2, SECOND, 1);
      assertThat(sink.publications).hasSize(2);
    }
  }

  @Test
  void collect_noHostTag_addsHostName() {
    try (MetricCollector collector = builder().source(pool()).build()) {
      collector.start();
      time.awaitSleepers(1);
      assertThat(sink.publications.get(0).get(0).tags().get("host")).isNotBlank();
    }
  }

  @Test
  void collect_wallClockSteps_keepsSchedule() {
    try (MetricCollector collector = builder().source(pool()).build()) {
      collector.start();
      time.awaitSleepers(1);
      time.stepWallTime(Duration.ofDays(-365));
      time.runTicks(2, SECOND, 1);
      time.stepWallTime(Duration.ofDays(4 * 365));
      time.runTicks(2, SECOND, 1);
      assertThat(sink.publications).hasSize(5);
      assertThat(sink.publications.get(1).get(0).timestamp()).isBefore(ManualSleeper.START);
      assertThat(sink.publications.get(4).get(0).timestamp()).isAfter(ManualSleeper.START);
      assertThat(collector.stats().sources().get(0).skippedTicks()).isZero();
    }
  }

  @Test
  void start_systemClock_collectsRepeatedly() {
    MetricCollectorBuilder builder =
        MetricCollector.builder(sink).interval(Duration.ofMillis(100)).source(pool());
    try (MetricCollector collector = builder.build()) {
      collector.start();
      await().atMost(TIMEOUT).until(() -> sink.publications.size() >= 3);
    }
  }
}
