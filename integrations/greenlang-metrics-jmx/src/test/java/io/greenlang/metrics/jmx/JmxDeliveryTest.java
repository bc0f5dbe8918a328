package io.greenlang.metrics.jmx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of a real server that comes, receives the value of an MBean, and leaves. */
@Timeout(180)
class JmxDeliveryTest {

  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"jmx.metrics\"]}}";

  private final AtomicInteger calls = new AtomicInteger();
  private final TestBeans beans = new TestBeans();
  private final MetricsHub hub = MetricsHub.create();
  private final MetricsWebSocketServer server =
      MetricsWebSocketServer.builder(hub).host("127.0.0.1").port(0).allowAnonymous().build();
  private final MetricCollector collector =
      MetricCollector.builder(hub)
          .interval(Duration.ofMillis(100))
          .source(JmxSource.builder().include("shop:*").build())
          .build();

  @BeforeEach
  void start() {
    beans.register("shop:type=Orders", Map.of("open", calls::incrementAndGet));
    hub.addChannel("jmx.metrics");
    server.start();
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.close();
    server.close();
    hub.close();
    beans.close();
  }

  private long idleTicks() {
    return collector.stats().sources().get(0).idleTicks();
  }

  @Test
  void client_comesAndLeaves_startsAndEndsTheCallsOfTheMBean() {
    ResourceUsage.await(() -> idleTicks() > 3);
    assertThat(calls).hasValue(0);
    URI address = URI.create("ws://127.0.0.1:" + server.port() + "/ws/metrics");
    try (RawWebSocket client = RawWebSocket.open(address)) {
      assertThat(client.nextMessage().type()).isEqualTo("welcome");
      client.ask(SUBSCRIBE, "subscribed");
      Map<String, JsonNode> metrics = client.nextMetrics(Set.of("shop.Orders.open"));
      assertThat(metrics.values())
          .singleElement()
          .extracting(metric -> metric.path("value").asInt())
          .matches(value -> value > 0);
    }
    long ticks = idleTicks();
    ResourceUsage.await(() -> idleTicks() > ticks + 1);
    int callsAfter = calls.get();
    ResourceUsage.await(() -> idleTicks() > ticks + 5);
    assertThat(calls).hasValue(callsAfter);
  }
}
