package io.greenlang.metrics.redis.hub;

import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.redis.fixture.TestHubs;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Units and descriptions on several instances, with a real Redis. */
class SharedMetadataTest {

  private static final Channel ORDERS = new Channel("orders.metrics");
  private static final String TEXTS = "greenlang:{orders.metrics}:descriptions";

  private final RedisServer redis = RedisServer.start();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable resource : open) {
      resource.close();
    }
    redis.close();
  }

  private MetricsHub hub() {
    MetricsHub hub = TestHubs.start(redis.url());
    open.add(hub);
    hub.addChannel(ORDERS.name());
    return hub;
  }

  private static MetricDescription description(String name, @Nullable String unit) {
    return new MetricDescription(ORDERS, name, unit, "Of \u00e4\ud83d\udc1f");
  }

  private String texts() {
    return String.valueOf(redis.command("GET", TEXTS));
  }

  /** Waits until Redis has the description. */
  private void awaitTexts() {
    await().atMost(TIMEOUT).until(() -> texts().contains("a\tBy\t"));
  }

  private static @Nullable MetricDescription find(MetricsHub hub, String name) {
    ChannelStream stream = HubStreams.find(hub, ORDERS);
    return stream == null ? null : stream.metadata().find(name);
  }

  private static void awaitDescription(MetricsHub hub, MetricDescription expected) {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(find(hub, expected.name())).isEqualTo(expected));
  }

  @Test
  void describe_twoInstances_bothAndLaterOnesKnowAll() {
    MetricsHub one = hub();
    MetricsHub two = hub();
    one.describe(List.of(description("a", "By"), description("both", null)));
    two.describe(List.of(description("b", "s")));
    for (MetricsHub hub : List.of(one, two, hub())) {
      awaitDescription(hub, description("a", "By"));
      awaitDescription(hub, description("b", "s"));
      awaitDescription(hub, description("both", null));
    }
  }

  @Test
  void describe_sameNameTwice_lastOneWinsEverywhere() {
    MetricsHub one = hub();
    MetricsHub two = hub();
    one.describe(List.of(description("a", "By")));
    awaitDescription(two, description("a", "By"));
    two.describe(List.of(description("a", "s")));
    awaitDescription(one, description("a", "s"));
    assertThat(find(two, "a")).isEqualTo(description("a", "s"));
  }

  @Test
  void restart_onlyInstance_stillKnowsDescriptions() throws Exception {
    MetricsHub before = hub();
    before.describe(List.of(description("a", "By")));
    awaitTexts();
    before.close();
    awaitDescription(hub(), description("a", "By"));
  }

  @Test
  void describe_redisIsEmptied_isWrittenAgain() {
    MetricsHub one = hub();
    one.describe(List.of(description("a", "By")));
    awaitTexts();
    redis.command("FLUSHALL");
    awaitTexts();
    awaitDescription(hub(), description("a", "By"));
  }

  @Test
  void describe_dataOfOtherProgram_affectsNoOtherChannel() {
    redis.command("LPUSH", TEXTS, "another program's");
    MetricsHub one = hub();
    MetricsHub two = hub();
    two.addChannel("b.metrics");
    one.describe(List.of(description("a", "By")));
    one.describe(List.of(MetricDescription.of("b.metrics", "x", "s", null)));
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              ChannelStream stream = HubStreams.find(two, new Channel("b.metrics"));
              assertThat(stream).isNotNull();
              assertThat(stream.metadata().find("x"))
                  .isEqualTo(MetricDescription.of("b.metrics", "x", "s", null));
            });
    assertThat(find(one, "a")).as("its own").isEqualTo(description("a", "By"));
  }

  @Test
  void openChannel_distributedMetrics_describesEachFigureOfTheBroker() {
    MetricsHub first = hub();
    first.addChannel(Channel.DISTRIBUTED.name());
    for (MetricsHub each : List.of(first, hub())) { // the second one finds the channel in Redis
      await().atMost(TIMEOUT).untilAsserted(() -> assertFiguresAreDescribed(each));
    }
  }

  private static void assertFiguresAreDescribed(MetricsHub hub) {
    ChannelStream stream = HubStreams.find(hub, Channel.DISTRIBUTED);
    assertThat(stream).isNotNull();
    assertThat(hub.brokerState().health().keySet())
        .hasSizeGreaterThan(10)
        .allSatisfy(
            name -> {
              MetricDescription figure = stream.metadata().find("broker." + name);
              assertThat(figure).as(name).isNotNull();
              assertThat(figure.unit()).as(name).isNotNull();
            });
  }

  @Test
  void describe_malformedLines_areSkipped() {
    MetricsHub one = hub();
    redis.command("SET", TEXTS, "nonsense\n__proto__\ts\t\nb\tno unit\t\na\tBy\tText");
    redis.command("HSET", "greenlang:descriptions", "orders.metrics", "1");
    awaitDescription(one, new MetricDescription(ORDERS, "a", "By", "Text"));
    assertThat(find(one, "b")).isNull();
  }

  @Test
  void subscribe_withMetadata_receivesUnitsOfAnotherInstance() {
    MetricsHub publisher = hub();
    try (MetricsWebSocketServer server =
            MetricsWebSocketServer.builder()
                .port(0)
                .host("127.0.0.1")
                .allowAnonymous()
                .redisUrl(redis.url())
                .build();
        RawWebSocket client = connect(server)) {
      client.send(
          "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"orders.metrics\"],"
              + "\"metadata\":true}}");
      client.nextMessage("subscribed");
      publisher.describe(List.of(description("a", "By")));
      String message = client.nextMessage("metadata").body().toString();
      assertThat(message).contains("\"a\":{\"unit\":\"By\",\"description\":");
      publisher.publish(Metric.gauge(ORDERS, "a", 1, Tags.empty()));
      assertThat(client.nextMessage().values("a")).containsExactly(1.0);
    }
  }

  private static RawWebSocket connect(MetricsWebSocketServer server) {
    server.start();
    return RawWebSocket.open(URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics"));
  }
}
