package io.greenlang.metrics.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.testkit.DocPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of docs/how-to/jmx.md unchanged. */
@Timeout(60)
class JmxPageTest {

  private static final String[] IMPORTS = {
    "io.greenlang.metrics.collectors.*",
    "io.greenlang.metrics.jmx.*",
    "javax.management.remote.JMXConnectorFactory",
    "javax.management.remote.JMXServiceURL"
  };

  @TempDir Path folder;

  @Test
  void source_unchanged_publishesThePools() throws Exception {
    Object result =
        DocPage.run(
            folder,
            "MetricsHub hub = MetricsHub.create();\n"
                + snippets().get(0)
                + "String names = source.collect().toString();\n"
                + snippets().get(1)
                + """
                collector.close();
                hub.close();
                return hub.channels() + names + stats + source.descriptions();
                """,
            IMPORTS);
    assertThat(result.toString())
        .contains("jmx.metrics", "pool.used", "pool.max", "failures=0", "unit=By");
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
