package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of docs/how-to/jfr.md unchanged. */
@Timeout(60)
class JfrPageTest {

  private static final String[] IMPORTS = {
    "io.greenlang.metrics.collectors.*", "io.greenlang.metrics.jfr.*"
  };

  @TempDir Path folder;

  @Test
  void source_unchanged_idlesOnItsChannel() throws Exception {
    Object channels =
        DocPage.run(
            folder,
            "MetricsHub hub = MetricsHub.create();\n"
                + snippets().get(0)
                + """
                while (collector.stats().sources().stream()
                    .noneMatch(each -> each.name().equals("jfr") && each.idleTicks() > 0)) {
                  Thread.onSpinWait();
                }
                collector.close();
                hub.close();
                return hub.channels();
                """,
            IMPORTS);
    assertThat(channels.toString()).contains("jvm.metrics");
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
