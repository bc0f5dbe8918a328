package io.greenlang.metrics.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.channel.PlainEncoder;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MetricsHubTest {

  private static final Instant NOW = RecordingBroker.NOW;

  private final RecordingBroker broker = new RecordingBroker();

  @AutoClose
  private final MetricsHub hub =
      MetricsHub.builder().broker(broker).clock(new ManualClock(NOW)).build();

  @Test
  void tick_throwsError_isRetried() throws InterruptedException {
    CountDownLatch ticks = new CountDownLatch(2);
    broker.onLogMillis =
        () -> {
          if (Thread.currentThread().getName().equals("greenlang-hub")) {
            ticks.countDown();
            throw new AssertionError("on purpose");
          }
        };
    assertThat(ticks.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void create_default_hasFourChannels() {
    try (MetricsHub created = MetricsHub.create()) {
      assertThat(created.channels())
          .containsExactly(Channel.AGENT, Channel.DISTRIBUTED, Channel.SYSTEM, Channel.WORKFLOW);
    }
  }

  @Test
  void publish_withoutTimestamp_usesHubClock() {
    Instant timestamp = NOW.minusSeconds(5);
    hub.publish(
        List.of(
            Metric.gauge("a.metrics", "x", 1, Tags.empty()),
            Metric.gauge("a.metrics", "y", 2, Tags.empty()).withTimestamp(timestamp)));
    assertThat(broker.publications).hasSize(1);
    assertThat(broker.publications.get(0).metrics())
        .extracting(Metric::timestamp)
        .containsExactly(NOW, timestamp);
  }

  @Test
  void publish_twoChannels_createsTwoPublications() {
    hub.publish(
        List.of(
            Metric.gauge("a.metrics", "x", 1, Tags.empty()),
            Metric.gauge("b.metrics", "x", 2, Tags.empty()),
            Metric.gauge("a.metrics", "y", 3, Tags.empty())));
    assertThat(broker.publications)
        .extracting(publication -> publication.channel().name())
        .containsExactly("a.metrics", "b.metrics");
    assertThat(broker.publications.get(0).metrics()).hasSize(2);
    assertThat(hub.channels()).contains(new Channel("a.metrics"), new Channel("b.metrics"));
  }

  @Test
  void publish_noMetrics_createsNoPublication() {
    hub.publish(List.of());
    assertThat(broker.publications).isEmpty();
  }

  @Test
  void publish_channelLimitReached_publishesNothing() {
    for (int i = hub.channels().size(); i < 1024; i++) {
      hub.addChannel("c" + i);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> hub.publish(Metric.gauge("more", "x", 1, Tags.empty())))
        .withMessage("channel more cannot be opened: the hub already has 1024 channels");
    assertThat(broker.publications).isEmpty();
  }

  @Test
  void isWatched_cursorOpen_onlyForItsChannel() {
    assertThat(hub.isWatched(Channel.SYSTEM)).isFalse();
    FeedReader reader =
        Objects.requireNonNull(HubStreams.find(hub, Channel.SYSTEM))
            .open(
                Subscription.ofChannel(Channel.SYSTEM),
                PlainEncoder.INSTANCE,
                StartPosition.NOW,
                null);
    assertThat(hub.isWatched(Channel.SYSTEM)).isTrue();
    assertThat(hub.isWatched(Channel.AGENT)).isFalse();
    reader.close();
    assertThat(hub.isWatched(Channel.SYSTEM)).isFalse();
    assertThat(hub.isWatched(new Channel("unknown"))).isFalse();
  }

  @Test
  void isWatched_sharedBroker_isTrueBecauseOtherReadersAreUnknown() {
    broker.state = new BrokerState(1, 2, Map.of(), null);
    assertThat(hub.isWatched(Channel.SYSTEM)).isTrue();
    assertThat(hub.brokerState().knownInstances()).isEqualTo(2);
  }

  @Test
  void redis_moduleMissing_namesDependency() {
    assertThatIllegalStateException()
        .isThrownBy(() -> MetricsHub.builder().redisUrl("redis://localhost:6379").build())
        .withMessageContaining("io.greenlang:greenlang-metrics-redis");
  }

  @Test
  void close_calledTwice_rejectsPublishingAndClosesBroker() {
    hub.close();
    hub.close();
    assertThat(broker.closed).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(() -> hub.publish(Metric.gauge("a", "x", 1, Tags.empty())))
        .withMessage("the hub is closed");
  }

  @Test
  void publish_typeWithoutAggregator_throwsAndPublishesNothing() {
    RecordingBroker broker = new RecordingBroker();
    MetricType ratio = new MetricType("ratio");
    Metric known = Metric.gauge(Channel.SYSTEM, "a", 1, Tags.empty());
    Metric unknown = new Metric(Channel.SYSTEM, "hits", ratio, 1, null, Tags.empty());
    try (MetricsHub hub = MetricsHub.builder().broker(broker).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> hub.publish(List.of(known, unknown)))
          .withMessageContaining("\"ratio\" of system.metrics hits")
          .withMessageContaining("[counter, gauge, histogram]")
          .withMessageContaining("aggregator(");
      assertThat(broker.publications).isEmpty();
    }
  }
}
