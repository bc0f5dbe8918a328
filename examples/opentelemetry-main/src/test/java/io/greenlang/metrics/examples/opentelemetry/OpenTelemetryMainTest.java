package io.greenlang.metrics.examples.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the example unchanged, on any free port. */
@Timeout(180)
class OpenTelemetryMainTest {

  private static final String SECRET = "a secret of at least thirty-two bytes";

  private final OpenTelemetryMain program = new OpenTelemetryMain(0, SECRET);

  @AfterEach
  void stop() {
    program.close();
  }

  private URI address(String scheme, String path) {
    return URI.create(scheme + "://localhost:" + program.port() + path);
  }

  @Test
  void client_subscribed_receivesTheMetrics() {
    String token = new JwtIssuer(SECRET, "HS256").issue("test", Duration.ofMinutes(5));
    try (RawWebSocket client = RawWebSocket.open(address("ws", "/ws/metrics?token=" + token))) {
      client.ask(
          "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"application.metrics\"]}}",
          "subscribed");
      Map<String, JsonNode> metrics =
          client.nextMetrics(Set.of("orders.duration", "orders.placed", "orders.open"));
      assertThat(metrics.get("orders.duration").path("p99").asDouble()).isBetween(0.0, 10.0);
      assertThat(metrics.get("orders.placed").path("type").asText()).isEqualTo("counter");
      assertThat(metrics.get("orders.placed").path("tags").path("service.name").asText())
          .isEqualTo("shop");
      assertThat(metrics.get("orders.open").path("type").asText()).isEqualTo("gauge");
      JsonNode used = client.nextMetric(OpenTelemetryMainTest::isUsedMemory);
      assertThat(used.path("type").asText()).isEqualTo("gauge");
    }
  }

  /**
   * Returns whether a metric has the used bytes of a pool; a pool that was just collected has 0.
   */
  private static boolean isUsedMemory(JsonNode metric) {
    return metric.path("name").asText().equals("jvm.memory.used")
        && metric.path("value").asDouble() > 0;
  }

  @Test
  void dashboard_root_isServed() throws Exception {
    HttpResponse<String> page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(address("http", "/")).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<html");
  }
}
