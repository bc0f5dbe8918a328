package io.greenlang.metrics.opentelemetry;

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

/** Compiles and runs the Java of docs/how-to/opentelemetry.md unchanged. */
@Timeout(180)
class OpenTelemetryDocTest {

  private static final String[] IMPORTS = {
    "io.greenlang.metrics.opentelemetry.*",
    "io.opentelemetry.sdk.OpenTelemetrySdk",
    "io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk"
  };

  private static final String HUB = "MetricsHub hub = MetricsHub.create();\n";

  @TempDir Path folder;

  private static List<String> snippets() throws Exception {
    List<String> snippets = DocPage.snippets("docs/how-to/opentelemetry.md");
    assertThat(snippets).hasSize(3);
    return snippets;
  }

  @Test
  void program_unchanged_streamsTheHistogram() throws Exception {
    try (RunningProgram shop = RunningProgram.ofPage(folder, snippets().get(0));
        RawWebSocket client = shop.subscribe("application.metrics")) {
      JsonNode checkout = client.nextMetric("checkout.duration");
      assertThat(checkout.path("p99").asDouble()).isBetween(20.0, 51.0);
    }
  }

  @Test
  void properties_unchanged_selectTheExporter() throws Exception {
    Object channels =
        DocPage.run(
            folder,
            HUB
                + """
                System.setProperty("otel.metrics.exporter", "greenlang");
                System.setProperty("otel.traces.exporter", "none");
                System.setProperty("otel.logs.exporter", "none");
                """
                + snippets().get(1)
                + """
                sdk.getMeter("shop").counterBuilder("orders").build().add(1);
                sdk.close();
                hub.close();
                GreenlangMetricExporterProvider.publishTo(null);
                for (String name : List.of("metrics", "traces", "logs")) {
                  System.clearProperty("otel." + name + ".exporter");
                }
                return hub.channels();
                """,
            IMPORTS);
    assertThat(channels.toString()).contains("application.metrics");
  }

  @Test
  void builder_unchanged_buildsTheExporter() throws Exception {
    Object exporter =
        DocPage.run(
            folder, HUB + snippets().get(2) + "hub.close(); return exporter.toString();", IMPORTS);
    assertThat(exporter).isEqualTo("GreenlangMetricExporter[shop.metrics]");
  }
}
