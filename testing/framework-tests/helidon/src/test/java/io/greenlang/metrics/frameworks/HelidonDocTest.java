package io.greenlang.metrics.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.FrameworkApplication;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/how-to/micrometer-frameworks.md unchanged in a Helidon SE application. */
@Timeout(120)
class HelidonDocTest {

  @Test
  void registry_timerOfTheFramework_arrivesAsDistribution(@TempDir Path folder) throws Exception {
    try (FrameworkApplication application =
            FrameworkApplication.start(folder, "io.helidon.", List.of(), "server.port", "Main");
        RawWebSocket client = application.subscribe()) {
      application.request("/orders");
      JsonNode orders = client.nextMetric("shop.orders");
      assertThat(orders.path("type").asText()).isEqualTo("histogram");
      assertThat(orders.path("p99").asDouble()).isPositive();
    }
  }
}
