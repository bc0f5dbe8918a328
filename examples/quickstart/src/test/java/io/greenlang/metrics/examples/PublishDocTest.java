package io.greenlang.metrics.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Java and the curl commands of the page about publishing over HTTP unchanged. */
@Timeout(180)
class PublishDocTest {

  private static final String SECRET = "a secret of at least thirty-two bytes";
  private static final String DECLARED = "String secret = \"" + SECRET + "\";\n";

  @TempDir Path folder;

  private Object run(String statements) throws Exception {
    return DocPage.run(
        folder, DECLARED + statements, "io.greenlang.metrics.subscription.NamePattern");
  }

  private static List<String> javaSnippets() throws Exception {
    List<String> found = DocPage.snippets("docs/how-to/publish-over-http.md");
    assertThat(found).hasSize(2);
    return found;
  }

  private static List<String> shellBlocks() throws Exception {
    List<String> blocks =
        Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../../docs/how-to/publish-over-http.md")))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks).hasSize(3);
    return blocks;
  }

  @Test
  void page_serverAndToken_areCreated() throws Exception {
    Object server =
        run("MetricsHub hub = MetricsHub.create();\n" + javaSnippets().get(0) + "return server;");
    assertThat(server).isInstanceOf(MetricsWebSocketServer.class);
  }

  @Test
  void page_curlCommands_publishMetricListAndSnapshot() throws Exception {
    String token = String.valueOf(run(javaSnippets().get(1) + "return token;"));
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .port(0)
                .jwtSecret(SECRET)
                .httpPublishing(true)
                .build()) {
      hub.addChannel("backup.metrics");
      server.start();
      String address = "localhost:" + server.port();
      String viewer = new JwtIssuer(SECRET, "HS256").issue("viewer", Duration.ofHours(1));
      try (RawWebSocket client =
          RawWebSocket.open(URI.create("ws://" + address + "/ws/metrics?token=" + viewer))) {
        client.ask(
            "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"backup.metrics\"]}}", "subscribed");
        for (String block : shellBlocks()) {
          runShell(block, "http://" + address, token);
        }
        assertThat(
                client.nextMetrics(Set.of("duration", "files", "bytes", "disk.used", "disk.free")))
            .hasSize(5);
      }
    }
  }

  private static void runShell(String block, String address, String token) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-e", "-o", "pipefail", "-c", block)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("SERVER", address);
    builder.environment().put("TOKEN", token);
    Process shell = builder.start();
    String answer = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as("%s: %s", block, answer).isZero();
    assertThat(answer).contains("\"accepted\":", "\"rejected\":0");
  }
}
