package io.greenlang.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.RunningProgram;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of docs/how-to/micrometer.md unchanged. */
@Timeout(180)
class MicrometerDocTest {

  private static final String[] IMPORTS = {
    "io.greenlang.metrics.micrometer.*",
    "io.micrometer.core.instrument.MeterRegistry",
    "io.micrometer.core.instrument.simple.SimpleMeterRegistry"
  };

  @TempDir Path folder;

  @Test
  void program_unchanged_streamsTheTimer() throws Exception {
    try (RunningProgram shop = RunningProgram.ofPage(folder, snippets().get(0));
        RawWebSocket client = shop.subscribe("application.metrics")) {
      JsonNode checkout = client.nextMetric("checkout.duration");
      assertThat(checkout.path("p99").asDouble()).isBetween(20.0, 51.0);
      assertThat(checkout.path("tags").path("country").asText()).isEqualTo("de");
    }
  }

  @Test
  void source_ofAnotherRegistry_publishesItsMeters() throws Exception {
    Object samples =
        DocPage.run(
            folder,
            """
            MeterRegistry existing = new SimpleMeterRegistry();
            existing.counter("orders").increment();
            MetricsHub hub = MetricsHub.create();
            MetricsWebSocketServer server =
                MetricsWebSocketServer.builder(hub).allowAnonymous().build();
            """
                + snippets().get(1)
                + snippets().get(2)
                + "hub.close(); return source.collect().size();",
            IMPORTS);
    assertThat((Integer) samples).isGreaterThan(5);
  }

  private static List<String> snippets() throws Exception {
    List<String> snippets = DocPage.snippets("docs/how-to/micrometer.md");
    assertThat(snippets).hasSize(3);
    return snippets;
  }
}
