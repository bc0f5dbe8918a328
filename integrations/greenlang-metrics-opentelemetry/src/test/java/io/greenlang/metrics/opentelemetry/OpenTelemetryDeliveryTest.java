package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import java.net.URI;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Metrics of a real SDK that a client of a real server receives. */
@Timeout(180)
class OpenTelemetryDeliveryTest {

  private final MetricsHub hub = MetricsHub.create();
  private final GreenlangMetricExporter exporter = GreenlangMetricExporter.create(hub);
  private final MetricsWebSocketServer server =
      MetricsWebSocketServer.builder(hub).host("127.0.0.1").port(0).allowAnonymous().build();

  @BeforeEach
  void start() {
    hub.addChannel("application.metrics");
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    hub.close();
  }

  private RawWebSocket subscribe(String options) {
    RawWebSocket client =
        RawWebSocket.open(URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics"));
    assertThat(client.nextMessage().type()).isEqualTo("welcome");
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"application.metrics\"]" + options + "}}",
        "subscribed");
    return client;
  }

  private static JsonNode await(RawWebSocket client, Predicate<ReceivedMessage> condition) {
    ReceivedMessage message = client.nextMessage();
    while (!condition.test(message)) {
      message = client.nextMessage();
    }
    return message.body();
  }

  private static boolean isNamed(ReceivedMessage message, String name) {
    return message.isMetric() && message.body().path("name").asText().equals(name);
  }

  @Test
  void histogram_recorded_arrivesWithPercentilesAndUnit() {
    try (RawWebSocket client = subscribe(",\"metadata\":true");
        TestSdk sdk = new TestSdk(exporter)) {
      DoubleHistogram duration =
          sdk.meter().histogramBuilder("http.server.request.duration").setUnit("s").build();
      Attributes route = Attributes.of(AttributeKey.stringKey("http.route"), "/orders");
      for (int i = 1; i <= 1_000; i++) {
        duration.record(i / 1_000.0, route);
      }
      sdk.export();
      JsonNode metadata = await(client, message -> message.type().equals("metadata"));
      assertThat(metadata.toString()).contains("http.server.request.duration").contains("\"s\"");
      JsonNode metric = await(client, each -> isNamed(each, "http.server.request.duration"));
      assertThat(metric.path("type").asText()).isEqualTo("histogram");
      assertThat(metric.path("tags").path("http.route").asText()).isEqualTo("/orders");
      assertThat(metric.path("count").asLong()).isEqualTo(1_000);
      assertThat(metric.path("max").asDouble()).isEqualTo(1);
      assertThat(metric.path("p99").asDouble()).isBetween(0.97, 1.0);
    }
  }

  @Test
  void counter_restartedSdk_clientReceivesTheWholeIncrease() {
    try (RawWebSocket client = subscribe(",\"aggregation_interval\":\"1s\"")) {
      double increase = 0;
      for (double total : new double[] {10, 15}) {
        double expected = increase + total;
        try (TestSdk sdk =
            new TestSdk(
                exporter,
                AggregationTemporalitySelector.alwaysCumulative(),
                UnaryOperator.identity())) {
          // The second total is higher: only its start shows that it counts from zero again.
          sdk.meter().counterBuilder("orders").build().add((long) total);
          sdk.export();
          while (increase < expected) {
            increase += await(client, each -> isNamed(each, "orders")).path("delta").asDouble();
          }
        }
      }
      assertThat(increase).isEqualTo(25);
    }
  }
}
