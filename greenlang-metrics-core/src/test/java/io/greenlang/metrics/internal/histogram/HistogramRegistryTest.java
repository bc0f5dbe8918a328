package io.greenlang.metrics.internal.histogram;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.CapturedLog;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Histogram;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HistogramRegistryTest {

  private static final Channel CHANNEL = new Channel("a.metrics");
  private static final int LIMIT = 3;

  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-22T12:00:00Z"));
  private final List<List<Metric>> publications = new ArrayList<>();
  private Consumer<List<Metric>> publisher = publications::add;
  private final HistogramRegistry registry =
      new HistogramRegistry(Duration.ofHours(1), LIMIT, clock, each -> publisher.accept(each));

  @AfterEach
  void close() {
    registry.close();
  }

  private Histogram histogram(String name) {
    return registry.getOrCreate(new SeriesKey(CHANNEL, name, MetricType.HISTOGRAM, Tags.empty()));
  }

  private List<String> publish() {
    publications.clear();
    registry.publish();
    return publications.stream()
        .map(each -> each.stream().map(metric -> metric.name() + "=" + metric.value()).toList())
        .map(List::toString)
        .toList();
  }

  @Test
  void publish_severalHistograms_isOnePublicationOfTheInterval() {
    histogram("x").record(1);
    histogram("y").record(5);
    histogram("x").record(3);
    publications.clear();
    registry.publish();
    assertThat(publications).hasSize(1);
    assertThat(publications.get(0)).extracting(Metric::name).containsExactlyInAnyOrder("x", "y");
    assertThat(publications.get(0))
        .extracting(Metric::detail)
        .contains(Distribution.of(1, 3), Distribution.of(5));
    assertThat(publish()).as("nothing was observed since").isEmpty();
    histogram("y").record(7);
    assertThat(publish()).containsExactly("[y=7.0]");
  }

  @Test
  void publish_fails_publishesTheLaterIntervalsAndLogsOnce() {
    histogram("x").record(1);
    publisher =
        metrics -> {
          throw new IllegalStateException("the broker is closed");
        };
    try (CapturedLog log = new CapturedLog()) {
      registry.publish();
      histogram("x").record(2);
      registry.publish();
      assertThat(log.text())
          .containsOnlyOnce("Failed to publish the histograms of channel a.metrics")
          .contains("the broker is closed");
    }
    publisher =
        metrics -> {
          throw new StackOverflowError("on purpose");
        };
    histogram("x").record(3);
    registry.publish();
    publisher = publications::add;
    histogram("x").record(4);
    assertThat(publish()).containsExactly("[x=4.0]");
  }

  @Test
  void record_notFinite_isIgnoredAndLoggedWithTheSeries() {
    try (CapturedLog log = new CapturedLog()) {
      histogram("x").record(Double.NaN);
      histogram("x").record(Double.POSITIVE_INFINITY);
      histogram("y").record(Double.NEGATIVE_INFINITY);
      assertThat(publish()).isEmpty();
      registry.publish();
      assertThat(log.text().lines()).hasSize(1);
      clock.advance(Duration.ofMinutes(1));
      registry.publish();
      assertThat(log.text())
          .contains("Histogram a.metrics x {} has ignored 2 observations")
          .contains("Histogram a.metrics y {} has ignored 1 observations");
      clock.advance(Duration.ofMinutes(1));
      registry.publish();
      assertThat(log.text().lines()).as("nothing more was ignored").hasSize(2);
    }
  }

  @Test
  void getOrCreate_beyondLimit_dropsAndLogsTheNumberOncePerMinute() {
    try (CapturedLog log = new CapturedLog()) {
      for (int i = 0; i < LIMIT + 2; i++) {
        histogram("x" + i).record(i);
      }
      assertThat(publish()).hasSize(1);
      assertThat(publications.get(0)).hasSize(LIMIT);
      assertThat(log.text())
          .contains("Channel a.metrics reached its limit of 3 histograms; dropped 2 observations");
      histogram("x4").record(4);
      registry.publish();
      assertThat(log.text().lines()).hasSize(1);
      clock.advance(Duration.ofMinutes(1));
      registry.publish();
      assertThat(log.text()).contains("dropped 3 observations");
    }
    assertThat(registry.dropped()).isEqualTo(3);
  }

  @Test
  void close_histogram_publishesTheRestAndMakesRoom() {
    for (int i = 0; i < LIMIT; i++) {
      histogram("x" + i).record(i);
    }
    histogram("x0").close();
    histogram("x9").record(9);
    assertThat(registry.dropped()).as("a closed histogram counts until it is drained").isOne();
    assertThat(publish().toString()).contains("x0=0.0");
    histogram("x9").record(9);
    assertThat(publish()).containsExactly("[x9=9.0]");
  }

  @Test
  void close_requestedAgainBeforeItsRemoval_continues() {
    Histogram histogram = histogram("x");
    histogram.record(1);
    histogram.close();
    assertThat(histogram("x")).isSameAs(histogram);
    assertThat(publish()).containsExactly("[x=1.0]");
    histogram.record(2);
    assertThat(publish()).containsExactly("[x=2.0]");
    histogram.close();
    registry.publish();
    assertThat(histogram("x")).as("a new one, after the removal").isNotSameAs(histogram);
  }

  @Test
  void close_whileOthersRecordAndPublish_losesNoObservation() throws Exception {
    int rounds = 20_000;
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CountDownLatch done = new CountDownLatch(1);
    long[] published = {0};
    publisher = metrics -> metrics.forEach(metric -> published[0] += count(metric));
    try {
      Future<?> recording =
          threads.submit(
              () -> {
                try {
                  for (int i = 0; i < rounds; i++) {
                    Histogram histogram = histogram("x");
                    histogram.record(i);
                    histogram.close();
                  }
                } finally {
                  done.countDown();
                }
              });
      Future<?> publishing =
          threads.submit(
              () -> {
                while (done.getCount() > 0) {
                  registry.publish();
                }
              });
      recording.get();
      publishing.get();
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    registry.publish();
    assertThat(published[0]).isEqualTo(rounds);
  }

  private static long count(Metric metric) {
    return ((Distribution) Objects.requireNonNull(metric.detail())).count();
  }
}
