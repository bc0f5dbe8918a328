package io.greenlang.metrics.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Histogram;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verifies the histograms of a hub, whose timer and broker are real. */
@Timeout(60)
class HistogramTest {

  private static final Duration SHORT = Duration.ofMillis(100);

  /** Longer than a test, so that only closing the hub publishes. */
  private static final Duration LONG = Duration.ofHours(1);

  private final RecordingBroker broker = new RecordingBroker();

  private MetricsHub hub(Duration interval) {
    return hub(interval, ChannelLimits.DEFAULT);
  }

  private MetricsHub hub(Duration interval, ChannelLimits limits) {
    return MetricsHub.builder()
        .broker(broker)
        .clock(new ManualClock(RecordingBroker.NOW))
        .limits(limits)
        .histogramInterval(interval)
        .build();
  }

  private static Distribution distribution(Metric metric) {
    assertThat(metric.detail()).isInstanceOf(Distribution.class);
    return metric.detail() instanceof Distribution detail ? detail : Distribution.of(Double.NaN);
  }

  @Test
  void record_manyThreadsAndIntervals_publishesEachObservationOnce() throws Exception {
    int threads = 4;
    int perThread = 200_000;
    Distribution.Builder recorded = Distribution.builder();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (MetricsHub hub = hub(SHORT)) {
      Histogram histogram = hub.histogram("http.metrics", "latency", Tags.empty());
      List<Future<Distribution>> running = new ArrayList<>();
      for (int seed = 0; seed < threads; seed++) {
        Random random = new Random(seed);
        running.add(executor.submit(() -> record(histogram, random, perThread)));
      }
      for (Future<Distribution> each : running) {
        recorded.add(each.get());
      }
    } finally {
      executor.shutdownNow();
      assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    Distribution.Builder published = Distribution.builder();
    for (Publication publication : broker.publications) {
      assertThat(publication.metrics()).as("one metric per interval").hasSize(1);
      published.add(distribution(publication.metrics().get(0)));
    }
    Distribution expected = recorded.build();
    Distribution actual = published.build();
    assertThat(actual.count()).isEqualTo((long) threads * perThread);
    assertThat(actual.sum()).isCloseTo(expected.sum(), within(expected.sum() * 1e-9));
    assertThat(buckets(actual)).isEqualTo(buckets(expected));
  }

  private static Distribution record(Histogram histogram, Random random, int count) {
    Distribution.Builder recorded = Distribution.builder();
    for (int i = 0; i < count; i++) {
      double millis = Math.exp(random.nextDouble() * 10);
      histogram.record(millis);
      recorded.add(millis);
    }
    return recorded.build();
  }

  private static List<String> buckets(Distribution distribution) {
    List<String> buckets = new ArrayList<>();
    distribution.forEachBucket(
        (sign, index, count) -> buckets.add(sign + " " + index + ": " + count));
    return buckets;
  }

  @Test
  void close_hub_publishesTheRestBeforeTheBrokerCloses() {
    try (MetricsHub hub = hub(LONG)) {
      hub.histogram("a.metrics", "x", Tags.empty()).record(1);
      hub.histogram("a.metrics", "y", Tags.of("k", "v")).record(2);
      hub.histogram("b.metrics", "x", Tags.empty()).record(3);
      hub.histogram("b.metrics", "unused", Tags.empty());
      assertThat(broker.publications).isEmpty();
    }
    assertThat(broker.closed).isTrue();
    assertThat(broker.publications)
        .as("one publication per channel")
        .extracting(Publication::channel)
        .containsExactlyInAnyOrder(new Channel("a.metrics"), new Channel("b.metrics"));
    assertThat(broker.publications.stream().flatMap(each -> each.metrics().stream()))
        .containsExactlyInAnyOrder(
            published("a.metrics", "x", 1, Tags.empty()),
            published("a.metrics", "y", 2, Tags.of("k", "v")),
            published("b.metrics", "x", 3, Tags.empty()));
  }

  private static Metric published(String channel, String name, double observation, Tags tags) {
    return Metric.distribution(channel, name, Distribution.of(observation), tags)
        .withTimestamp(RecordingBroker.NOW);
  }

  @Test
  void histogram_sameArguments_returnsTheSameObject() {
    try (MetricsHub hub = hub(LONG)) {
      Histogram histogram = hub.histogram("a.metrics", "x", Tags.of("k", "v"));
      assertThat(hub.histogram(new Channel("a.metrics"), "x", Tags.of("k", "v")))
          .isSameAs(histogram);
      assertThat(hub.histogram("b.metrics", "x", Tags.of("k", "v"))).isNotSameAs(histogram);
      assertThat(hub.histogram("a.metrics", "y", Tags.of("k", "v"))).isNotSameAs(histogram);
      assertThat(hub.histogram("a.metrics", "x", Tags.empty())).isNotSameAs(histogram);
      assertThat(hub.channels()).contains(new Channel("a.metrics"), new Channel("b.metrics"));
    }
  }

  @Test
  void histogram_beyondLimit_dropsAndCountsObservations() {
    try (MetricsHub hub = hub(LONG, new ChannelLimits(1024, 2))) {
      for (int i = 0; i < 5; i++) {
        hub.histogram("a.metrics", "x", Tags.of("user", "u" + i)).record(i);
      }
      hub.histogram("b.metrics", "x", Tags.empty()).record(1);
      assertThat(hub.stats().droppedObservations()).isEqualTo(3);
    }
    assertThat(broker.publications).extracting(each -> each.metrics().size()).contains(2, 1);
  }

  @Test
  void histogram_invalidArguments_throws() {
    try (MetricsHub hub = hub(LONG)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> hub.histogram("a.metrics", "x..y", Tags.empty()))
          .withMessageContaining("empty part");
      assertThat(hub.channels()).as("nothing was created").hasSize(4);
    }
  }

  @Test
  void histogram_hubClosed_throwsAndRecordingHasNoEffect() {
    MetricsHub hub = hub(LONG);
    Histogram histogram = hub.histogram("a.metrics", "x", Tags.empty());
    hub.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> hub.histogram("a.metrics", "x", Tags.empty()))
        .withMessage("the hub is closed");
    histogram.record(1);
    histogram.close();
    hub.close();
    assertThat(broker.publications).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 99, 3_600_001})
  void build_intervalOutOfRange_throws(long millis) {
    MetricsHub.Builder builder = MetricsHub.builder().histogramInterval(Duration.ofMillis(millis));
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessageContaining("histogramInterval=" + Duration.ofMillis(millis) + " must be")
        .withMessageContaining("a number of seconds from 0.1 to 3600");
  }

  @Test
  void histogram_published_isOfTypeHistogramWithTheMeanAsValue() {
    try (MetricsHub hub = hub(LONG)) {
      Histogram histogram = hub.histogram(Channel.SYSTEM, "x", Tags.empty());
      histogram.record(1);
      histogram.record(3);
    }
    Metric metric = broker.publications.get(0).metrics().get(0);
    assertThat(metric.type()).isEqualTo(MetricType.HISTOGRAM);
    assertThat(metric.value()).isEqualTo(2);
  }
}
