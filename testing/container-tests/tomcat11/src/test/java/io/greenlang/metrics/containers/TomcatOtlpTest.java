package io.greenlang.metrics.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.otlp.OtlpReceiver;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The receiver of OTLP in a container whose application has a context path. */
@Timeout(120)
class TomcatOtlpTest {

  @TempDir Path directory;

  private static byte[] gzippedRequest(String name, double value) throws IOException {
    NumberDataPoint.Builder point = NumberDataPoint.newBuilder().setAsDouble(value);
    Metric.Builder metric =
        Metric.newBuilder().setName(name).setGauge(Gauge.newBuilder().addDataPoints(point));
    ExportMetricsServiceRequest request =
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(
                ResourceMetrics.newBuilder()
                    .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(metric)))
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      request.writeTo(gzip);
    }
    return bytes.toByteArray();
  }

  private static int post(URI uri, byte[] body) throws IOException, InterruptedException {
    String token = ContractTokens.withClaims(",\"publish\":[\"application.metrics\"]");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/x-protobuf")
            .header("Content-Encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void export_gzippedBelowAContextPath_reachesASubscriber() throws Exception {
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .jwtSecret(ContractTokens.SECRET)
                .endpoint(OtlpReceiver.of(hub))
                .build()) {
      hub.addChannel("application.metrics");
      EmbeddedTomcat tomcat =
          new EmbeddedTomcat(
              server::attach, directory, 0, EmbeddedContainer.REQUEST_TIMEOUT_MILLIS, "/shop");
      String address = "127.0.0.1:" + tomcat.port() + "/shop";
      try (RawWebSocket client =
          RawWebSocket.open(
              URI.create("ws://" + address + "/ws/metrics"),
              "Authorization: Bearer " + ContractTokens.valid())) {
        client.ask(
            "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"application.metrics\"]}}",
            "subscribed");
        URI uri = URI.create("http://" + address + "/v1/metrics");
        assertThat(post(uri, gzippedRequest("orders.open", 17))).isEqualTo(200);
        JsonNode orders = client.nextMetric("orders.open");
        assertThat(orders.path("value").asDouble()).isEqualTo(17);
        assertThat(post(URI.create("http://" + uri.getAuthority() + "/v1/metrics"), new byte[0]))
            .as("outside of the context")
            .isEqualTo(404);
      } finally {
        tomcat.stop();
      }
    }
  }
}
