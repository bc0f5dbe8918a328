package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.catchup.FeedReader.Progress;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tests readers that are replaced before they are up to date. */
class SkippedCatchUpTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final int SERIES = 100;

  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));

  @AutoClose
  private final MetricsHub hub =
      MetricsHub.builder().clock(clock).limits(new ChannelLimits(4 * 1024, 1_000)).build();

  private final ReceivedMessages received = new ReceivedMessages();

  SkippedCatchUpTest() {
    hub.addChannel(CHANNEL.name());
  }

  private FeedReader open(StartPosition start, @Nullable FeedReader replaced) {
    return Objects.requireNonNull(HubStreams.find(hub, CHANNEL))
        .open(Subscription.ofChannel(CHANNEL), PlainEncoder.INSTANCE, start, replaced);
  }

  private void publish(double value) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      metrics.add(Metric.gauge(CHANNEL, "s" + i, value, Tags.empty()));
    }
    hub.publish(metrics);
    clock.advance(Duration.ofSeconds(1));
  }

  private List<String> skip(FeedReader reader) {
    reader.skipCatchUp(received);
    return received.drainMessages();
  }

  private static StartPosition sinceStart(boolean latest) {
    return new StartPosition(latest, null, Instant.parse("2026-01-01T00:00:00Z"));
  }

  @Test
  void skipCatchUp_replay_isGapAndLiveMetricsFollow() {
    for (int i = 1; i <= 50; i++) {
      publish(i);
    }
    FeedReader reader = open(sinceStart(false), null);
    assertThat(reader.catchUp(received, 200)).isTrue();
    assertThat(received.drainMessages()).hasSizeBetween(200, 400).endsWith("M s99{}=3 again");
    hub.publish(Metric.gauge(CHANNEL, "s0", 51, Tags.empty()));
    FeedReader successor = open(StartPosition.NOW, reader);
    hub.publish(Metric.gauge(CHANNEL, "s0", 52, Tags.empty()));

    assertThat(skip(reader)).containsExactly("I null null");
    assertThat(reader.poll(received)).isEqualTo(Progress.FRAMES);
    assertThat(received.drainMessages()).containsExactly("M s0{}=51");
    assertThat(reader.poll(received)).isEqualTo(Progress.ENDED);
    assertThat(received.drain(successor)).containsExactly("M s0{}=52");
  }

  @Test
  void skipCatchUp_requestedLatestValues_areOmittedWithoutNotice() {
    publish(1);
    FeedReader reader = open(new StartPosition(true, null, null), null);
    assertThat(reader.catchUp(received, 2)).isTrue();
    assertThat(received.drainMessages()).hasSize(2);
    assertThat(skip(reader)).isEmpty();
    assertThat(reader.poll(received)).isEqualTo(Progress.NONE);
  }

  @Test
  void skipCatchUp_latestValuesBeforeReplay_reportsReplay() {
    publish(1);
    publish(2);
    assertThat(skip(open(sinceStart(true), null))).containsExactly("I null null");
  }

  @Test
  void skipCatchUp_lapped_sendsMissedCountOnce() {
    FeedReader reader = open(StartPosition.NOW, null);
    for (int i = 1; i <= 50; i++) {
      publish(i);
    }
    FeedReader announced = open(StartPosition.NOW, null);
    for (int i = 1; i <= 50; i++) {
      publish(i);
    }
    assertThat(reader.poll(received)).isEqualTo(Progress.CATCH_UP_REQUIRED);
    assertThat(skip(reader)).containsExactly("L 10000");
    assertThat(reader.poll(received)).isEqualTo(Progress.NONE);

    assertThat(announced.catchUp(received, 2)).isTrue();
    assertThat(received.drainMessages()).first().isEqualTo("L 5000");
    assertThat(skip(announced)).isEmpty();
  }
}
