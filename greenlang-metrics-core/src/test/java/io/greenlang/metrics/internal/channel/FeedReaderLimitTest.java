package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.catchup.FeedReader.Progress;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tests clients with a frame limit: they receive whole publications, or latest values. */
class FeedReaderLimitTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final int SERIES = 10;

  @AutoClose private final MetricsHub hub = MetricsHub.create();
  private final ReceivedMessages received = new ReceivedMessages();

  private FeedReader open(Format format) {
    hub.addChannel(CHANNEL.name());
    Subscription all = Subscription.ofChannel(CHANNEL);
    return Objects.requireNonNull(HubStreams.find(hub, CHANNEL))
        .open(
            new Subscription(CHANNEL, all.tags(), all.names(), null, null, format),
            PlainEncoder.INSTANCE,
            StartPosition.NOW,
            null);
  }

  private void publish(int count, double value) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      metrics.add(Metric.gauge(CHANNEL, "s" + i, value, Tags.empty()));
    }
    hub.publish(metrics);
  }

  @Test
  void poll_fewerFramesThanAvailable_deliversWholePublications() {
    FeedReader reader = open(Format.METRIC);
    for (int i = 1; i <= 4; i++) {
      publish(2, i);
    }

    assertThat(reader.poll(received, 1)).isEqualTo(Progress.FRAME_LIMIT);
    assertThat(reader.poll(received, 5)).isEqualTo(Progress.FRAMES);
    assertThat(received.drainMessages()).hasSize(4).endsWith("M s1{}=2");
    assertThat(reader.poll(received, 1)).isEqualTo(Progress.FRAME_LIMIT);
    assertThat(reader.poll(received, 4)).isEqualTo(Progress.FRAMES);
    assertThat(received.drainMessages()).hasSize(4).endsWith("M s1{}=4");
    assertThat(reader.poll(received, 0)).isEqualTo(Progress.NONE);
    assertThat(reader.stats()).isEqualTo(new DeliveryStats(8, 8, 0, 0, 0, 0));
  }

  @Test
  void poll_randomLimits_deliversAllInOrder() {
    FeedReader reader = open(Format.METRIC);
    Random random = new Random(3);
    int published = 0;
    List<String> all = new ArrayList<>();
    for (int round = 0; round < 2_000; round++) {
      publish(1 + random.nextInt(3), ++published);
      Progress progress = Progress.FRAMES;
      while (progress == Progress.FRAMES) {
        int limit = random.nextInt(6);
        progress = reader.poll(received, limit);
        List<String> messages = received.drainMessages();
        assertThat(messages).hasSizeLessThanOrEqualTo(limit);
        all.addAll(messages);
      }
    }
    while (reader.poll(received, 3) == Progress.FRAMES) {
      all.addAll(received.drainMessages());
    }
    long firstSeriesCount = all.stream().filter(message -> message.startsWith("M s0{}")).count();
    assertThat(firstSeriesCount).isEqualTo(published);
    DeliveryStats accounting = reader.stats();
    assertThat(accounting.delivered()).isEqualTo(accounting.published()).isEqualTo(all.size());
  }

  @Test
  void catchUp_notLapped_deliversLatestInsteadOfPending() {
    FeedReader reader = open(Format.METRIC);
    for (int i = 1; i <= 50; i++) {
      publish(2, i);
    }
    assertThat(reader.catchUp(received, 2)).isTrue();
    assertThat(received.drainMessages()).containsExactly("L 100", "M s0{}=50");
    assertThat(reader.poll(received, 100)).isEqualTo(Progress.CATCH_UP_REQUIRED);
    assertThat(reader.catchUp(received, 2)).isTrue();
    assertThat(received.drainMessages()).containsExactly("M s1{}=50");
    assertThat(reader.catchUp(received, 2)).isFalse();
    assertThat(reader.stats()).isEqualTo(new DeliveryStats(100, 0, 100, 0, 0, 0));
  }

  @Test
  void catchUp_oneFrame_sendsOnlyMissedCount() {
    for (Format format : Format.values()) {
      FeedReader reader = open(format);
      publish(3, 1);
      assertThat(reader.catchUp(received, 1)).isTrue();
      assertThat(received.drainMessages()).containsExactly("L 3");
      reader.close();
    }
  }

  @Test
  void catchUp_batch_deliversOneFrame() {
    FeedReader reader = open(Format.BATCH);
    publish(SERIES, 1);
    publish(SERIES, 2);
    reader.catchUp(received, 2);
    assertThat(received.drainMessages()).hasSize(2).first().isEqualTo("L 20");
  }

  @Test
  void catchUp_limitBelowSeriesCount_rotatesSeriesWithoutDuplicates() {
    FeedReader reader = open(Format.METRIC);
    Map<String, List<Double>> valuesBySeries = new HashMap<>();
    for (int round = 1; round <= 200; round++) {
      publish(SERIES, round);
      reader.catchUp(received, 4);
      List<String> messages = received.drainMessages();
      assertThat(messages).hasSizeLessThanOrEqualTo(4);
      for (String message : messages) {
        if (message.startsWith("M ")) {
          String[] parts = message.substring(2).split("=", -1);
          valuesBySeries
              .computeIfAbsent(parts[0], k -> new ArrayList<>())
              .add(Double.parseDouble(parts[1]));
        }
      }
    }
    assertThat(valuesBySeries).hasSize(SERIES);
    valuesBySeries.forEach(
        (series, values) -> {
          assertThat(values).as(series).hasSizeGreaterThanOrEqualTo(25).doesNotHaveDuplicates();
          assertThat(values).as(series).isSorted();
        });
    DeliveryStats accounting = reader.stats();
    assertThat(accounting.merged() + accounting.pending()).isEqualTo(accounting.published());
  }
}
