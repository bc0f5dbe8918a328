package io.greenlang.metrics.jfr;

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

/** Compiles and runs the Java of docs/how-to/jfr.md unchanged. */
@Timeout(180)
class JfrDocTest {

  private static final String[] IMPORTS = {"io.greenlang.metrics.jfr.*"};

  @TempDir Path folder;

  @Test
  void program_unchanged_streamsPausesAndAllocation() throws Exception {
    try (RunningProgram shop = RunningProgram.ofPage(folder, snippets().get(0));
        RawWebSocket client = shop.subscribe("jvm.metrics")) {
      JsonNode pause =
          client.nextMetric(each -> each.path("tags").path("cause").asText().equals("System.gc()"));
      assertThat(pause.path("name").asText()).isEqualTo("jfr.gc.pause");
      JsonNode allocated = client.nextMetric(JfrDocTest::isAllocation);
      assertThat(allocated.path("type").asText()).isEqualTo("counter");
    }
  }

  /** Returns whether a metric has allocated bytes; until JDK 20, the JVM samples them. */
  private static boolean isAllocation(JsonNode metric) {
    return metric.path("name").asText().equals("jfr.memory.allocated")
        && metric.path("value").asDouble() > 0;
  }

  @Test
  void thresholds_lowered_areAccepted() throws Exception {
    Object names =
        DocPage.run(
            folder,
            snippets().get(1)
                + """
                String collected = source.collect().toString();
                source.close();
                return collected;
                """,
            IMPORTS);
    assertThat(names.toString()).contains("jfr.memory.allocated");
  }

  private static List<String> snippets() throws Exception {
    List<String> snippets = DocPage.snippets("docs/how-to/jfr.md");
    assertThat(snippets).hasSize(2);
    return snippets;
  }
}
