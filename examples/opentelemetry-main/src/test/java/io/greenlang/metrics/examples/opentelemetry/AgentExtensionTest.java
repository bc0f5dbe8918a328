package io.greenlang.metrics.examples.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The exporter as an extension of OpenTelemetry's Java agent, with the command of
 * docs/how-to/opentelemetry.md. The agent is attached to a program without any library, which then
 * serves its metrics.
 */
@Timeout(180)
class AgentExtensionTest {

  private static final String SECRET = "a secret of at least thirty-two bytes";

  /** The agent, and the class path of this example without the agent's own classes. */
  private static final Path AGENT = Path.of("target/opentelemetry-javaagent.jar");

  private static final Path CLASS_PATH = Path.of("target/extension.classpath");
  private static final Pattern SEPARATOR = Pattern.compile(File.pathSeparator);
  private static final int REQUESTS = 20;

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir Path folder;

  /** Puts the files of the command into the folder. */
  private void prepare() throws IOException, URISyntaxException {
    assertThat(AGENT).as("the agent; run Maven to copy it").isRegularFile();
    Files.copy(AGENT, folder.resolve("opentelemetry-javaagent.jar"));
    List<Path> extension =
        SEPARATOR.splitAsStream(Files.readString(CLASS_PATH).strip()).map(Path::of).toList();
    MergedJar.write(folder.resolve("greenlang-extension.jar"), "", extension);
    Path classes =
        Path.of(PlainShop.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    MergedJar.write(folder.resolve("shop.jar"), PlainShop.class.getName(), List.of(classes));
  }

  private static String command() throws IOException {
    List<String> commands = DocPage.blocks("docs/how-to/opentelemetry.md", "sh");
    assertThat(commands).hasSize(1).first().asString().contains("-DWS_PORT=8000", SECRET);
    return commands.get(0).replace("-DWS_PORT=8000", "-DWS_HOST=127.0.0.1 -DWS_PORT=0");
  }

  private HttpResponse<String> get(String address) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void command_ofThePage_programServesItsMetrics() throws Exception {
    prepare();
    try (AgentProgram program = new AgentProgram(folder, command());
        RawWebSocket client = subscribe(program.port())) {
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(get(program.orders()).statusCode()).isEqualTo(204);
      }
      assertRequestsArrive(client);
      JsonNode memory = client.nextMetric(AgentExtensionTest::isUsedMemory);
      assertThat(memory.path("type").asText()).isEqualTo("gauge");
      JsonNode processor = client.nextMetric("jvm.cpu.time");
      assertThat(processor.path("type").asText()).isEqualTo("counter");
      assertThat(processor.path("tags").path("service.name").asText()).isEqualTo("shop");
      assertThat(get("http://127.0.0.1:" + program.port() + "/").body()).contains("<html");
    }
  }

  private static RawWebSocket subscribe(int port) {
    String token = new JwtIssuer(SECRET, "HS256").issue("test", Duration.ofMinutes(5));
    RawWebSocket client =
        RawWebSocket.open(URI.create("ws://127.0.0.1:" + port + "/ws/metrics?token=" + token));
    client.ask(
        "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"application.metrics\"]}}", "subscribed");
    return client;
  }

  private static void assertRequestsArrive(RawWebSocket client) {
    long requests = 0;
    while (requests < REQUESTS) {
      JsonNode duration = client.nextMetric("http.server.request.duration");
      assertThat(duration.path("type").asText()).isEqualTo("histogram");
      JsonNode tags = duration.path("tags");
      assertThat(tags.path("http.request.method").asText()).isEqualTo("GET");
      assertThat(tags.path("http.response.status_code").asText()).isEqualTo("204");
      requests += duration.path("count").asLong();
    }
    assertThat(requests).isEqualTo(REQUESTS);
  }

  /**
   * Returns whether a metric has the used bytes of a pool; a pool that was just collected has 0.
   */
  private static boolean isUsedMemory(JsonNode metric) {
    return metric.path("name").asText().equals("jvm.memory.used")
        && metric.path("value").asLong() > 0;
  }
}
