package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of a real server that comes, receives pauses, and leaves. */
@Timeout(240)
class JfrDeliveryTest {

  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"jvm.metrics\"]}}";

  private final MetricsHub hub = MetricsHub.create();
  private final JfrSource source = JfrSource.builder().idleLimit(Duration.ofSeconds(5)).build();
  private final MetricsWebSocketServer server =
      MetricsWebSocketServer.builder(hub).host("127.0.0.1").port(0).allowAnonymous().build();
  private final MetricCollector collector =
      MetricCollector.builder(hub).interval(Duration.ofMillis(200)).source(source).build();

  @BeforeEach
  void start() {
    // the JVM sets its recorder up once, which takes longer than a heartbeat on a busy machine
    try (JfrSource first = JfrSource.create()) {
      assertThat(first.collect()).isNotEmpty();
    }
    hub.addChannel("jvm.metrics");
    server.start();
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.close();
    source.close();
    server.close();
    hub.close();
  }

  @Test
  void client_comesAndLeaves_startsAndStopsTheRecording() {
    ResourceUsage.await(() -> collector.stats().sources().get(0).idleTicks() > 3);
    assertThat(source.isRecording()).isFalse();
    URI address = URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics");
    try (RawWebSocket client = RawWebSocket.open(address)) {
      assertThat(client.nextMessage().type()).isEqualTo("welcome");
      client.ask(SUBSCRIBE, "subscribed");
      ResourceUsage.await(source::isRecording);
      System.gc();
      JsonNode pause = client.nextMetric(JfrDeliveryTest::isRequestedPause);
      assertThat(pause.path("type").asText()).isEqualTo("histogram");
      assertThat(pause.path("max").asDouble()).isPositive();
      assertThat(pause.path("tags").path("collector").asText()).isNotEmpty();
    }
    ResourceUsage.await(() -> !source.isRecording());
  }

  private static boolean isRequestedPause(JsonNode metric) {
    return metric.path("name").asText().equals("jfr.gc.pause")
        && metric.path("tags").path("cause").asText().equals("System.gc()");
  }
}
