package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.MessagePackFrameEncoder;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RatioAggregatorTest extends AggregatorContract {

  private static final Channel CHANNEL = new Channel("test.metrics");

  @Override
  protected Aggregator aggregator() {
    return new RatioAggregator();
  }

  @Override
  protected double sample(Random random) {
    return random.nextInt(2);
  }

  private static Metric attempt(double success) {
    return new Metric(CHANNEL, "logins", RatioAggregator.RATIO, success, null, Tags.of("a", "b"));
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void publish_applicationDefinedType_isAggregatedAndEncoded(Encoding encoding) {
    FrameEncoder encoder =
        encoding == Encoding.JSON ? JsonFrameEncoder.INSTANCE : MessagePackFrameEncoder.INSTANCE;
    ManualClock clock = new ManualClock(Instant.parse("2025-11-08T12:00:00Z"));
    MetricsHub hub = MetricsHub.builder().clock(clock).aggregator(new RatioAggregator()).build();
    Subscription windows =
        FeedCollector.toAllMetrics(CHANNEL, Interval.FIVE_SECONDS, Format.METRIC);
    try (FeedCollector reader = new FeedCollector(hub, encoder, windows)) {
      reader.publish(List.of(attempt(1), attempt(0), attempt(1), attempt(1)));
      clock.advance(Duration.ofSeconds(6));
      List<byte[]> payloads =
          await().atMost(Duration.ofSeconds(60)).until(reader::poll, frames -> !frames.isEmpty());

      Map<String, Object> window = ReferenceCodec.read(encoding, payloads.get(0));
      assertThat(window)
          .containsEntry("type", "ratio")
          .containsEntry("value", 0.75)
          .containsEntry("interval", "5s")
          .containsEntry("count", BigInteger.valueOf(4))
          .containsEntry("tags", Map.of("a", "b"));
      assertThat(((Number) window.getOrDefault("successes", -1)).intValue()).isEqualTo(3);
      assertThat(((Number) window.getOrDefault("failures", -1)).intValue()).isEqualTo(1);
    }
  }
}
