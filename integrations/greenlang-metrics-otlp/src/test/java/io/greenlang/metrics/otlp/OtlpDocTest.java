package io.greenlang.metrics.otlp;

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

/** Runs the program of docs/how-to/otlp.md, and sends a metric with the command of the page. */
@Timeout(180)
class OtlpDocTest {

  private static final String PAGE = "docs/how-to/otlp.md";
  private static final String ADDRESS = "http://localhost:8000";
  private static final String EXPORT = "export OTEL_EXPORTER_OTLP_METRICS_HEADERS=";

  @TempDir Path folder;

  @Test
  void program_commandOfThePage_streamsTheMetric() throws Exception {
    List<String> programs = DocPage.snippets(PAGE);
    assertThat(programs).hasSize(1);
    try (RunningProgram shop = RunningProgram.ofPage(folder, programs.get(0));
        RawWebSocket client = shop.subscribe("application.metrics")) {
      String line = shop.nextLine();
      assertThat(line).startsWith(EXPORT);
      assertThat(send(line.substring(EXPORT.length()), shop.port())).isEqualTo("{}");
      JsonNode open = client.nextMetric("orders.open");
      assertThat(open.path("value").asDouble()).isEqualTo(17);
      assertThat(open.path("tags").path("service.name").asText()).isEqualTo("shell");
    }
  }

  /** Runs the command with the headers that the program printed, and returns its output. */
  private static String send(String headers, int port) throws Exception {
    List<String> commands =
        DocPage.blocks(PAGE, "sh").stream().filter(block -> block.contains("curl")).toList();
    assertThat(commands).hasSize(1).first().asString().contains(ADDRESS);
    String command = commands.get(0).replace(ADDRESS, "http://127.0.0.1:" + port);
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-e", "-c", command)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    shell.environment().put("OTEL_EXPORTER_OTLP_METRICS_HEADERS", headers);
    return new String(shell.start().getInputStream().readAllBytes(), UTF_8);
  }
}
