package io.greenlang.metrics.spring.boot.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.micrometer.ServerMeters;
import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The health of a server on a separate port. */
@Timeout(180)
class ServerHealthTest {

  private static MetricsServerLifecycle lifecycle(MetricsHub hub) {
    return new MetricsServerLifecycle(
        MetricsWebSocketServer.builder(hub).host("127.0.0.1").port(0).allowAnonymous().build(),
        MetricCollector.builder(hub).build(),
        true);
  }

  @Test
  void of_portOpenAndClosed_isUpAndDown() {
    try (MetricsHub hub = MetricsHub.create()) {
      MetricsServerLifecycle lifecycle = lifecycle(hub);
      assertThat(ServerHealth.of(lifecycle).status()).isEqualTo("DOWN");
      lifecycle.start();
      assertThat(ServerHealth.of(lifecycle).status()).isEqualTo("UP");
      assertThat(ServerHealth.of(lifecycle).details()).containsOnlyKeys("clients", "instances");
      lifecycle.stop();
      assertThat(ServerHealth.of(lifecycle).status()).isEqualTo("DOWN");
    }
  }

  @Test
  void of_redisUnavailable_isDegradedWithTheProblem() {
    // Port 1 of this machine refuses connections.
    try (MetricsHub hub = MetricsHub.builder().redisUrl("redis://127.0.0.1:1").build()) {
      MetricsServerLifecycle lifecycle = lifecycle(hub);
      lifecycle.start();
      MeterRegistry registry = new SimpleMeterRegistry();
      new ServerMeters(lifecycle.server()).bindTo(registry);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> ServerHealth.of(lifecycle).status().equals("DEGRADED"));
      assertThat(registry.get("greenlang.metrics.broker.up").gauge().value()).isZero();
      ServerHealth health = ServerHealth.of(lifecycle);
      lifecycle.stop();
      assertThat(health.details().get("problem")).asString().contains("Redis");
    }
  }
}
