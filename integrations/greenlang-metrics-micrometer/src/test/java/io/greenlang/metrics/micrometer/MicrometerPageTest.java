package io.greenlang.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of docs/how-to/micrometer.md unchanged. */
@Timeout(60)
class MicrometerPageTest {

  private static final String[] IMPORTS = {
    "io.greenlang.metrics.collectors.*",
    "io.greenlang.metrics.micrometer.*",
    "io.micrometer.core.instrument.MeterRegistry",
    "io.micrometer.core.instrument.Metrics",
    "io.micrometer.core.instrument.simple.SimpleMeterRegistry"
  };

  @TempDir Path folder;

  @Test
  void registry_unchanged_publishesMeters() throws Exception {
    Object channels =
        DocPage.run(
            folder,
            "MetricsHub hub = MetricsHub.create();\n"
                + snippets().get(0)
                + """
                Metrics.counter("orders").increment();
                while (!hub.channels().toString().contains("application.metrics")) {
                  Thread.onSpinWait();
                }
                Metrics.removeRegistry(registry);
                collector.close();
                hub.close();
                return hub.channels();
                """,
            IMPORTS);
    assertThat(channels.toString()).contains("application.metrics");
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
