package io.greenlang.metrics.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
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
  void endpointProgram_unchanged_answersTheCommandOfThePage() throws Exception {
    try (RunningProgram shop = RunningProgram.ofPage(folder, snippets().get(2))) {
      String command = command().replace("localhost:8000", "127.0.0.1:" + shop.port());
      ProcessBuilder shell = new ProcessBuilder("bash", "-c", command);
      shell.environment().put("TOKEN", shop.token());
      String counts = new String(shell.start().getInputStream().readAllBytes(), UTF_8);
      assertThat(counts).contains("greenlang_metrics_clients 0");
      assertThat(shop.get("/metrics")).startsWith("A valid token is required");
    }
  }

  @Test
  void counts_ofAReceiver_areObserved() throws Exception {
    String receiver =
        """
        record Stats(long points, long rejectedPoints, long statefulBytes) {}
        record Receiver(Stats stats) {}
        Receiver receiver = new Receiver(new Stats(1, 2, 3));
        PrometheusEndpoint endpoint = PrometheusEndpoint.open();
        """;
    assertThat(
            DocPage.run(folder, receiver + snippets().get(3) + "return endpoint.path();", IMPORTS))
        .isEqualTo("/metrics");
  }

  private static String command() throws Exception {
    List<String> commands = DocPage.blocks("docs/how-to/prometheus.md", "sh");
    assertThat(commands).hasSize(1);
    return commands.get(0);
  }

  private static List<String> snippets() throws Exception {
    List<String> snippets = DocPage.snippets("docs/how-to/prometheus.md");
    assertThat(snippets).hasSize(4);
    return snippets;
  }
}
