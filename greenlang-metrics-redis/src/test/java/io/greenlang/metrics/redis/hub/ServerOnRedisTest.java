package io.greenlang.metrics.redis.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.collectors.MetricCollectorBuilder;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers and collectors that are configured with nothing but the address of Redis. */
class ServerOnRedisTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"system.metrics\"]}}";

  private final RedisServer redis = RedisServer.start();

  @AfterEach
  void closeRedis() {
    System.clearProperty("REDIS_URL");
    redis.close();
  }

  @Test
  void redisUrl_collectorAndServer_clientReceivesMetrics() {
    try (MetricsWebSocketServer server =
            server(MetricsWebSocketServer.builder().redisUrl(redis.url()));
        RawWebSocket client = subscribed(server);
        MetricCollector collector =
            MetricCollector.builder().redisUrl(redis.url()).tag("from", "collector").build()) {
      collector.start();

      assertThat(client.nextMessage("gauge").body().toString()).contains("\"from\":\"collector\"");
    }
  }

  @Test
  void build_sourceWithoutName_closesTheHubThatItCreated() {
    MetricCollectorBuilder builder =
        MetricCollector.builder()
            .redisUrl(redis.url())
            .source(MetricSource.of(" ", List::<Metric>of));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no name");
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(redis.info("connected_clients")).isEqualTo("1"));
  }

  @Test
  void redisUrlProperty_externalPublisher_everyServerStreamsOnce() {
    System.setProperty("REDIS_URL", redis.url());
    try (MetricsWebSocketServer one = server(MetricsWebSocketServer.builder());
        MetricsWebSocketServer two = server(MetricsWebSocketServer.builder());
        RawWebSocket first = subscribed(one);
        RawWebSocket second = subscribed(two)) {
      awaitSubscribers(2);
      for (int i = 1; i <= 3; i++) {
        redis.command("PUBLISH", "system.metrics", "{\"cpu\":{\"percent\":" + i + "}}");
      }

      for (RawWebSocket client : new RawWebSocket[] {first, second}) {
        for (int i = 1; i <= 3; i++) {
          assertThat(client.nextMessage("gauge").body().toString())
              .contains("cpu.percent", "\"value\":" + i);
        }
        assertThat(client.isQuietFor(Duration.ofMillis(300))).isTrue();
      }
    }
  }

  /** Messages as {@code json.dumps} and {@code datetime.utcnow().isoformat()} write them. */
  @Test
  void client_pythonPublisherWithoutOffset_receivesTimesInUtc() {
    try (MetricsWebSocketServer server =
            server(MetricsWebSocketServer.builder().redisUrl(redis.url()));
        RawWebSocket client = subscribed(server)) {
      awaitSubscribers(1);
      redis.command(
          "PUBLISH",
          "system.metrics",
          "{\"name\": \"naive\", \"value\": 1, \"timestamp\": \"2025-11-08T12:00:00.123456\"}");
      redis.command(
          "PUBLISH",
          "system.metrics",
          "{\"channel\": \"system.metrics\", \"timestamp\": \"2025-11-08T12:00:01\","
              + " \"cpu\": {\"percent\": 45.2, \"count\": 8}}");

      assertThat(List.of(next(client), next(client), next(client)))
          .containsExactly(
              "naive 1 2025-11-08T12:00:00.123Z",
              "cpu.percent 45.2 2025-11-08T12:00:01Z",
              "cpu.count 8 2025-11-08T12:00:01Z");
    }
  }

  private static String next(RawWebSocket client) {
    JsonNode metric = client.nextMessage("gauge").body();
    return metric.get("name").asText()
        + (" " + metric.get("value") + " ")
        + metric.get("timestamp").asText();
  }

  private void awaitSubscribers(int count) {
    Awaitility.await("subscribers of external messages")
        .atMost(TIMEOUT)
        .until(
            () ->
                String.valueOf(redis.command("PUBSUB", "NUMSUB", "system.metrics"))
                    .endsWith(" " + count + "]"));
  }

  @Test
  void health_redisUnavailable_isDegradedUntilRestored() {
    try (MetricsWebSocketServer server =
        server(MetricsWebSocketServer.builder().redisUrl(redis.url()))) {
      await().atMost(TIMEOUT).until(() -> health(server).contains("UP"));
      assertThat(health(server)).startsWith("{\"status\":\"UP\",\"uptime_seconds\":");
      assertThat(server.stats().broker().problem()).isNull();

      redis.kill();

      Awaitility.await().atMost(TIMEOUT).until(() -> health(server).contains("DEGRADED"));
      assertThat(health(server)).startsWith("{\"status\":\"DEGRADED\",\"trouble\":\"broker\",");
      assertThat(health(server)).doesNotContain("127.0.0.1");
      assertThat(server.stats().broker().problem()).contains("127.0.0.1:" + redis.port());

      redis.restart();

      Awaitility.await().atMost(TIMEOUT).until(() -> health(server).contains("UP"));
    }
  }

  @Test
  void close_server_closesItsOwnHub() {
    MetricsWebSocketServer server = server(MetricsWebSocketServer.builder().redisUrl(redis.url()));
    server.close();

    Awaitility.await()
        .atMost(TIMEOUT)
        .until(() -> String.valueOf(redis.command("CLIENT", "LIST")).lines().count() == 1);
  }

  private static MetricsWebSocketServer server(MetricsWebSocketServerBuilder builder) {
    MetricsWebSocketServer server = builder.host("127.0.0.1").port(0).allowAnonymous().build();
    server.start();
    return server;
  }

  private static URI url(MetricsWebSocketServer server) {
    return URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics");
  }

  private static RawWebSocket subscribed(MetricsWebSocketServer server) {
    RawWebSocket client = RawWebSocket.open(url(server));
    ReceivedMessage reply = client.ask(SUBSCRIBE, "subscribed");
    assertThat(reply.body().toString()).contains("system.metrics");
    return client;
  }

  private static String health(MetricsWebSocketServer server) {
    try (RawWebSocket http = RawWebSocket.connect(url(server))) {
      RawHttpConnection.Response response = http.request("GET /health");
      assertThat(response.status()).isEqualTo(200);
      return response.body();
    }
  }
}
