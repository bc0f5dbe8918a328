package io.greenlang.metrics.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.RunningProgram;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
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

  private static final String PAGE = "docs/how-to/opentelemetry.md";

  private static final String HUB = "MetricsHub hub = MetricsHub.create();\n";

  @TempDir Path folder;

  private static List<String> snippets() throws Exception {
    List<String> snippets = DocPage.snippets(PAGE);
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
    Properties properties = properties();
    properties.forEach((name, value) -> System.setProperty((String) name, (String) value));
    try {
      assertThat(channelsAfterExport()).contains("application.metrics");
    } finally {
      properties.keySet().forEach(name -> System.clearProperty((String) name));
    }
  }

  /** Returns the properties of the page. */
  private static Properties properties() throws Exception {
    List<String> blocks = DocPage.blocks(PAGE, "properties");
    assertThat(blocks).hasSize(1);
    Properties properties = new Properties();
    properties.load(new StringReader(blocks.get(0)));
    assertThat(properties).containsEntry("otel.metrics.exporter", "greenlang");
    return properties;
  }

  private String channelsAfterExport() throws Exception {
    Object channels =
        DocPage.run(
            folder,
            HUB
                + snippets().get(1)
                + """
                sdk.getMeter("shop").counterBuilder("orders").build().add(1);
                sdk.close();
                hub.close();
                GreenlangMetricExporterProvider.publishTo(null);
                return hub.channels();
                """,
            IMPORTS);
    return channels.toString();
  }

  @Test
  void dependency_ofAutoconfiguration_hasTheVersionOfTheSdk() throws Exception {
    String jar =
        AutoConfiguredOpenTelemetrySdk.class
            .getProtectionDomain()
            .getCodeSource()
            .getLocation()
            .getPath();
    String dependency =
        DocPage.blocks(PAGE, "xml").stream()
            .filter(block -> block.contains("opentelemetry-sdk-extension-autoconfigure"))
            .findFirst()
            .orElseThrow();
    String version = dependency.replaceAll("(?s).*<version>(.*)</version>.*", "$1");
    assertThat(jar).endsWith("autoconfigure-" + version + ".jar");
  }

  @Test
  void builder_unchanged_buildsTheExporter() throws Exception {
    Object exporter =
        DocPage.run(
            folder, HUB + snippets().get(2) + "hub.close(); return exporter.toString();", IMPORTS);
    assertThat(exporter).isEqualTo("GreenlangMetricExporter[shop.metrics]");
  }
}
