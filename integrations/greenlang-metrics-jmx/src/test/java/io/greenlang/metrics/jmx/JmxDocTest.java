package io.greenlang.metrics.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.RunningProgram;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of docs/how-to/jmx.md unchanged. */
@Timeout(180)
class JmxDocTest {

  private static final String[] IMPORTS = {
    "io.greenlang.metrics.jmx.*",
    "javax.management.remote.JMXConnectorFactory",
    "javax.management.remote.JMXServiceURL"
  };

  @TempDir Path folder;

  @Test
  void program_unchanged_streamsThePools() throws Exception {
    try (RunningProgram shop = RunningProgram.ofPage(folder, snippets().get(0));
        RawWebSocket client = shop.subscribe("jmx.metrics")) {
      JsonNode used = client.nextMetric(each -> isPositive(each, "pool.used"));
      assertThat(used.path("tags").path("pool").asText()).isNotEmpty();
    }
  }

  /** Returns whether a metric has a name and a value; a pool that was just collected has 0. */
  private static boolean isPositive(JsonNode metric, String name) {
    return metric.path("name").asText().equals(name) && metric.path("value").asDouble() > 0;
  }

  @Test
  void stats_ofASource_countNothingAtFirst() throws Exception {
    Object stats =
        DocPage.run(
            folder,
            "JmxSource source = JmxSource.builder().build();\n"
                + snippets().get(1)
                + "return stats.failures();",
            IMPORTS);
    assertThat(stats).isEqualTo(0L);
  }

  @Test
  void remote_noServer_failsToConnect() {
    assertThatThrownBy(() -> DocPage.run(folder, snippets().get(2) + "return remote;", IMPORTS))
        .hasRootCauseInstanceOf(IOException.class);
  }

  private static List<String> snippets() throws Exception {
    List<String> snippets = DocPage.snippets("docs/how-to/jmx.md");
    assertThat(snippets).hasSize(3);
    return snippets;
  }
}
