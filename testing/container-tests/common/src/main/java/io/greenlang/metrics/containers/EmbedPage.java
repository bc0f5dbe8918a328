package io.greenlang.metrics.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A how-to page about a container, whose program runs unchanged and serves a client. */
final class EmbedPage {

  private static final String SECRET = "a secret of at least thirty-two bytes";

  private EmbedPage() {}

  /**
   * Runs the page's snippet between statements that the page leaves to the reader.
   *
   * @param path the path from the repository's root
   * @param folder the folder for the class files
   * @param before the statements that create the container
   * @param after the statements that start it and that declare its {@code int port} and its {@code
   *     AutoCloseable container}
   * @param imports the packages of the container
   */
  @SuppressWarnings("try") // the container only has to be closed
  static void requireServes(
      String path, Path folder, String before, String after, String... imports) throws Exception {
    List<String> snippets = DocPage.snippets(path);
    assertThat(snippets).hasSize(1);
    String statements =
        "String secret = \"" + SECRET + "\";\nMetricsHub hub = MetricsHub.create();\n" + before;
    String end =
        """
        AutoCloseable all = () -> { metrics.close(); container.close(); hub.close(); };
        return Map.entry(port, all);
        """;
    Map.Entry<?, ?> started =
        (Map.Entry<?, ?>) DocPage.run(folder, statements + snippets.get(0) + after + end, imports);
    try (AutoCloseable running = (AutoCloseable) started.getValue()) {
      requireWelcome((Integer) started.getKey());
    }
  }

  private static void requireWelcome(int port) {
    String token = new JwtIssuer(SECRET, "HS256").issue("reader", Duration.ofMinutes(1));
    URI url = URI.create("ws://127.0.0.1:" + port + "/ws/metrics?token=" + token);
    try (RawWebSocket client = RawWebSocket.open(url)) {
      assertThat(client.nextMessage().type()).isEqualTo("welcome");
    }
  }
}
