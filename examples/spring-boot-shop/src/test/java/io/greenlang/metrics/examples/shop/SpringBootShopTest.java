package io.greenlang.metrics.examples.shop;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Runs the example unchanged, on any free port. */
@Timeout(180)
class SpringBootShopTest {

  private static final String SECRET = "a secret of at least thirty-two bytes";

  private final HttpClient http = HttpClient.newHttpClient();
  private ConfigurableApplicationContext application;

  @BeforeEach
  void start() {
    application =
        SpringApplication.run(
            SpringBootShop.class, "--server.port=0", "--greenlang.metrics.jwt-secret=" + SECRET);
  }

  @AfterEach
  void stop() {
    application.close();
  }

  private String address(String path) {
    return "//localhost:" + application.getEnvironment().getProperty("local.server.port") + path;
  }

  private String send(String method, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http:" + address(path)))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  @Test
  void client_orderPlaced_receivesRequestsPoolAndJob() throws Exception {
    String token = new JwtIssuer(SECRET, "HS256").issue("test", Duration.ofMinutes(5));
    try (RawWebSocket client =
        RawWebSocket.open(URI.create("ws:" + address("/ws/metrics?token=" + token)))) {
      client.ask(
          "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"application.metrics\"]}}",
          "subscribed");
      send("POST", "/orders?article=tea");
      assertThat(send("GET", "/orders")).contains("tea");
      Map<String, JsonNode> metrics =
          client.nextMetrics(
              Set.of(
                  "http.server.requests",
                  "hikaricp.connections.active",
                  "tasks.scheduled.execution"));
      assertThat(metrics.values())
          .allSatisfy(
              each -> assertThat(each.path("tags").path("application").asText()).isEqualTo("shop"));
    }
  }

  @Test
  void dashboard_folder_isServed() throws Exception {
    assertThat(send("GET", "/greenlang-metrics/")).contains("<html");
  }
}
