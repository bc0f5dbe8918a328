package io.greenlang.metrics.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A Prometheus server of Debian that scrapes one target every three seconds. */
final class PrometheusServer implements AutoCloseable {

  private static final String CONFIG =
      """
      scrape_configs:
        - job_name: greenlang
          scrape_interval: 3s
          scrape_timeout: 3s
          authorization:
            credentials: %s
          static_configs:
            - targets: ["%s"]
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final int port;

  /**
   * Starts the server.
   *
   * @param folder the folder for its configuration and its data
   * @param options further options
   */
  PrometheusServer(Path folder, String target, String token, String... options) throws IOException {
    Path config = Files.writeString(folder.resolve("config.yml"), CONFIG.formatted(token, target));
    port = NodeExporter.freePort();
    List<String> command = new ArrayList<>(List.of(options));
    command.add(0, NodeExporter.tool("prometheus", "prometheus"));
    command.add("--config.file=" + config);
    command.add("--storage.tsdb.path=" + folder.resolve("data"));
    command.add("--web.listen-address=127.0.0.1:" + port);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  /**
   * Returns the state of the target after its first scrape that succeeds. On a busy machine, some
   * take longer than the server waits.
   */
  JsonNode awaitFirstScrape() {
    return Awaitility.await("a successful scrape")
        .atMost(Duration.ofMinutes(2))
        .until(this::target, target -> target.path("health").asText().equals("up"));
  }

  private JsonNode target() throws IOException, InterruptedException {
    return get("/api/v1/targets").path("data").path("activeTargets").path(0);
  }

  /** Returns the value of an expression; NaN if it has none. */
  double query(String expression) throws IOException, InterruptedException {
    JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
    return answer.path("data").path("result").path(0).path("value").path(1).asDouble(Double.NaN);
  }

  /** Returns the value of an expression as soon as it has one. */
  double awaitValue(String expression) throws IOException, InterruptedException {
    double value = query(expression);
    while (Double.isNaN(value)) {
      value = query(expression);
    }
    return value;
  }

  /** Requests a path until the server answers. */
  JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    while (true) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 200) {
          return new ObjectMapper().readTree(response.body());
        }
      } catch (IOException e) {
        assertThat(process.isAlive()).as("%s", e).isTrue();
      }
    }
  }

  @Override
  public void close() {
    NodeExporter.stop(process);
  }
}
