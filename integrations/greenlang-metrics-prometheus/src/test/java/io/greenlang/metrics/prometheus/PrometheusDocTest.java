package io.greenlang.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.RunningProgram;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of docs/how-to/prometheus.md. */
@Timeout(180)
class PrometheusDocTest {

  private static final String[] IMPORTS = {"io.greenlang.metrics.prometheus.*", "java.net.URI"};

  @TempDir Path folder;

  @Test
  void program_ofATarget_streamsItsSeries() throws Exception {
    try (TestTarget target = new TestTarget()) {
      target.answer(TestTarget.TEXT, "node_load1 0.5\n");
      String program = snippets().get(0).replace("127.0.0.1:9100", target.uri().getAuthority());
      try (RunningProgram shop = RunningProgram.ofPage(folder, program);
          RawWebSocket client = shop.subscribe("prometheus.metrics")) {
        JsonNode load = client.nextMetric("node_load1");
        assertThat(load.path("value").asDouble()).isEqualTo(0.5);
      }
    }
  }

  @Test
  void builder_withEachOption_builds() throws Exception {
    assertThat(DocPage.run(folder, snippets().get(1) + "return database.name();", IMPORTS))
        .isEqualTo("prometheus db-1.example.com:9187/metrics");
  }

  @Test
  void endpoint_observed_answersTheCommandOfThePage() throws Exception {
    System.setProperty("WS_PORT", "0"); // the page has the default port, which may be in use
    try {
      Object counts =
          DocPage.run(
              folder,
              "MetricsHub hub = MetricsHub.create();\nString secret = \""
                  + ContractTokens.SECRET
                  + "\";\n"
                  + snippets().get(2)
                  + "String port = String.valueOf(server.port());\n"
                  + "ProcessBuilder shell = new ProcessBuilder(\"bash\", \"-c\", \"\"\"\n"
                  + command()
                  + "\"\"\".replace(\"8000\", port));\n"
                  + "shell.environment().put(\"TOKEN\", \""
                  + ContractTokens.valid()
                  + "\");\n"
                  + "String counts = new String(shell.start().getInputStream().readAllBytes());\n"
                  + "server.close(); hub.close(); return counts;",
              IMPORTS);
      assertThat(counts.toString()).contains("greenlang_metrics_clients 0");
    } finally {
      System.clearProperty("WS_PORT");
    }
  }

  private static String command() throws Exception {
    List<String> commands = DocPage.blocks("docs/how-to/prometheus.md", "sh");
    assertThat(commands).hasSize(1);
    return commands.get(0);
  }

  private static List<String> snippets() throws Exception {
    List<String> snippets = DocPage.snippets("docs/how-to/prometheus.md");
    assertThat(snippets).hasSize(3);
    return snippets;
  }
}
