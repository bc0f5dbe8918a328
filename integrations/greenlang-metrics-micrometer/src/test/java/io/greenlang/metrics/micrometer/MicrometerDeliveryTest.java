package io.greenlang.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Meters that a client of a real server receives. */
@Timeout(180)
class MicrometerDeliveryTest {

  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"application.metrics\"]}}";

  private final MetricsHub hub = MetricsHub.create();
  private final MeterRegistry registry = new GreenlangMeterRegistry();
  private final MetricsWebSocketServer server =
      MetricsWebSocketServer.builder(hub).host("127.0.0.1").port(0).allowAnonymous().build();
  private final MetricCollector collector =
      MetricCollector.builder(hub)
          .interval(Duration.ofMillis(100))
          .source(MicrometerSource.of(registry))
          .build();

  @BeforeEach
  void start() {
    hub.addChannel("application.metrics");
    server.start();
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.close();
    server.close();
    hub.close();
  }

  private RawWebSocket connect() {
    RawWebSocket client =
        RawWebSocket.open(URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics"));
    assertThat(client.nextMessage().type()).isEqualTo("welcome");
    return client;
  }

  @Test
  void timer_recorded_arrivesWithPercentilesOfItsTags() {
    try (RawWebSocket client = connect()) {
      client.ask(SUBSCRIBE, "subscribed");
      Timer timer = registry.timer("http.server.requests", "uri", "/orders", "status", "200");
      for (int i = 0; i < 50; i++) {
        timer.record(Duration.ofMillis(i == 0 ? 900 : 10));
      }
      JsonNode metric =
          client.nextMetric(each -> each.path("name").asText().equals("http.server.requests"));
      assertThat(metric.path("type").asText()).isEqualTo("histogram");
      assertThat(metric.path("tags").path("uri").asText()).isEqualTo("/orders");
      assertThat(metric.path("max").asDouble()).isGreaterThanOrEqualTo(10);
      assertThat(metric.has("p99")).isTrue();
    }
  }

  @Test
  void metadata_requested_hasTheUnitAndDescriptionOfAMeter() {
    try (RawWebSocket client = connect()) {
      client.ask(SUBSCRIBE.replace("]}}", "],\"metadata\":true}}"), "subscribed");
      Counter.builder("uploads").baseUnit("bytes").description("Uploaded").register(registry);
      JsonNode described = client.nextMessage("metadata").body().path("metrics").path("uploads");
      assertThat(described.path("unit").asText()).isEqualTo("By");
      assertThat(described.path("description").asText()).isEqualTo("Uploaded");
      assertThat(client.nextMetric("uploads").path("value").asDouble()).isZero();
    }
  }

  @Test
  void serverMeters_connectedClient_areMetersOfTheApplication() {
    MeterRegistry application = new SimpleMeterRegistry();
    new ServerMeters(server).bindTo(application);
    assertThat(application.get("greenlang.metrics.clients").gauge().value()).isZero();
    try (RawWebSocket client = connect()) {
      client.ask(SUBSCRIBE, "subscribed");
      assertThat(application.get("greenlang.metrics.clients").gauge().value()).isEqualTo(1);
      assertThat(application.get("greenlang.metrics.subscriptions").gauge().value()).isEqualTo(1);
      assertThat(application.get("greenlang.metrics.messages.in").functionCounter().count())
          .isEqualTo(1);
      assertThat(application.get("greenlang.metrics.frames.out").functionCounter().count())
          .isGreaterThanOrEqualTo(2);
      assertThat(application.get("greenlang.metrics.bytes.out").functionCounter().count())
          .isGreaterThan(100);
      assertThat(application.get("greenlang.metrics.broker.up").gauge().value()).isEqualTo(1);
    }
  }
}
