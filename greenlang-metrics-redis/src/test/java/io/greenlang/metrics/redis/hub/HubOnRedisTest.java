package io.greenlang.metrics.redis.hub;

import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.redis.fixture.TestHubs;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StartResult;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hubs that share a Redis, seen from the outside. */
class HubOnRedisTest {

  private static final Channel ORDERS = new Channel("orders.metrics");

  private final RedisServer redis = RedisServer.start();
  private final List<MetricsHub> hubs = new ArrayList<>();

  @AfterEach
  void stop() {
    hubs.forEach(MetricsHub::close);
    redis.close();
  }

  private MetricsHub hub() {
    MetricsHub hub = TestHubs.start(redis.url());
    hubs.add(hub);
    return hub;
  }

  private static ChannelStream orders(MetricsHub hub) {
    await().atMost(TIMEOUT).until(() -> HubStreams.find(hub, ORDERS) != null);
    return Objects.requireNonNull(HubStreams.find(hub, ORDERS));
  }

  private static List<Double> history(MetricsHub hub) {
    HistoryQuery all =
        new HistoryQuery((name, tags) -> true, 0, Long.MAX_VALUE / 2, null, 10_000, null);
    return Objects.requireNonNull(orders(hub).find(all)).points().stream()
        .map(HistoryPoint::value)
        .toList();
  }

  private static FeedReader open(MetricsHub hub, StartPosition start) {
    return orders(hub).open(Subscription.ofChannel(ORDERS), JsonFrameEncoder.INSTANCE, start, null);
  }

  private static List<Double> values(long from, long to) {
    return LongStream.rangeClosed(from, to).asDoubleStream().boxed().toList();
  }

  private void publish(MetricsHub hub, int from, int to) {
    for (int i = from; i <= to; i++) {
      hub.publish(Metric.gauge(ORDERS, "queue.depth", i, Tags.of("region", "eu")));
    }
    await()
        .atMost(TIMEOUT)
        .until(() -> hubs.stream().allMatch(each -> history(each).contains((double) to)));
  }

  @Test
  void restart_onlyInstance_restoresHistoryAndResumesClients() {
    MetricsHub before = hub();
    publish(before, 1, 100);
    StreamPosition position = open(before, StartPosition.NOW).startResult().position();
    publish(before, 101, 150);
    hubs.remove(before);
    before.close();

    MetricsHub after = hub();
    assertThat(history(after)).isEqualTo(values(1, 150));
    assertThat(open(after, StartPosition.since(position)).startResult())
        .isEqualTo(new StartResult(position, true));
    publish(after, 151, 160);
    assertThat(history(after)).isEqualTo(values(1, 160));
  }

  @Test
  void client_onAnotherInstance_resumesAtItsPosition() {
    MetricsHub one = hub();
    MetricsHub other = hub();
    publish(one, 1, 50);
    StreamPosition position = open(one, StartPosition.NOW).startResult().position();
    publish(other, 51, 80);

    assertThat(open(other, StartPosition.since(position)).startResult())
        .isEqualTo(new StartResult(position, true));
    assertThat(history(one)).isEqualTo(values(1, 80)).isEqualTo(history(other));
    await().atMost(TIMEOUT).until(() -> one.brokerState().activeInstances() == 2);
  }
}
