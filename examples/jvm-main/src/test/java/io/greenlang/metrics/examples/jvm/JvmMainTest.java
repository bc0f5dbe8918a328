package io.greenlang.metrics.examples.jvm;

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
import javax.management.JMException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the example unchanged, on any free port. */
@Timeout(180)
class JvmMainTest {

  private static final String SECRET = "a secret of at least thirty-two bytes";

  private JvmMain program;

  @BeforeEach
  void start() throws JMException {
    program = new JvmMain(0, SECRET);
  }

  @AfterEach
  void stop() throws JMException {
    program.close();
  }

  private URI address(String scheme, String path) {
    return URI.create(scheme + "://localhost:" + program.port() + path);
  }

  private RawWebSocket subscribe(String channel) {
    String token = new JwtIssuer(SECRET, "HS256").issue("test", Duration.ofMinutes(5));
    RawWebSocket client = RawWebSocket.open(address("ws", "/ws/metrics?token=" + token));
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + channel + "\"]}}", "subscribed");
    return client;
  }

  @Test
  void client_subscribedToJmx_receivesTheMBean() {
    try (RawWebSocket client = subscribe("jmx.metrics")) {
      Map<String, JsonNode> metrics =
          client.nextMetrics(Set.of("orders.open", "orders.served", "pool.used"));
      assertThat(metrics.get("orders.open").path("type").asText()).isEqualTo("gauge");
      assertThat(metrics.get("orders.served").path("type").asText()).isEqualTo("counter");
      assertThat(metrics.get("pool.used").path("tags").path("pool").asText()).isNotEmpty();
      JsonNode later = client.nextMetrics(Set.of("orders.served")).get("orders.served");
      while (later.path("value").asLong() == 0) {
        later = client.nextMetrics(Set.of("orders.served")).get("orders.served");
      }
    }
  }

  @Test
  void client_subscribedToJfr_receivesPausesAllocationAndContention() {
    try (RawWebSocket client = subscribe("jvm.metrics")) {
      JsonNode blocked = client.nextMetric(JvmMainTest::isBlockedAtOven);
      assertThat(blocked.path("type").asText()).isEqualTo("histogram");
      assertThat(blocked.path("max").asDouble()).isBetween(20.0, 60_000.0);
      Map<String, JsonNode> metrics =
          client.nextMetrics(Set.of("jfr.memory.allocated", "jfr.gc.pause"));
      assertThat(metrics.get("jfr.memory.allocated").path("type").asText()).isEqualTo("counter");
      assertThat(metrics.get("jfr.gc.pause").path("tags").path("cause").asText()).isNotEmpty();
    }
  }

  /** Returns whether a metric has the time for which a cook waited for the oven. */
  private static boolean isBlockedAtOven(JsonNode metric) {
    return metric.path("name").asText().equals("jfr.locks.blocked")
        && metric.path("tags").path("monitor").asText().contains("Oven");
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
