package io.greenlang.metrics.testkit;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * An application of a web framework in a process of its own, with the code of
 * docs/how-to/micrometer-frameworks.md. The framework's libraries are on the class path of the
 * tests. Confined to one thread.
 */
public final class FrameworkApplication implements AutoCloseable {

  private static final String PAGE = "docs/how-to/micrometer-frameworks.md";
  private static final String SECRET = "a secret of at least thirty-two bytes";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final RunningProgram program;
  private final URI address;

  private FrameworkApplication(RunningProgram program, int port) {
    this.program = program;
    this.address = URI.create("http://127.0.0.1:" + port);
  }

  /**
   * Compiles the page's code for a framework and starts the application.
   *
   * @param folder a folder for the class files
   * @param packagePrefix the package that only the code of this framework imports, such as {@code
   *     io.helidon.}
   * @param furtherSources the parts of the application that are not on the page
   * @param portProperty the framework's system property for the port of its web server
   * @param mainClass the main class, of the package {@code com.example}
   * @throws IOException if the process cannot be started
   */
  public static FrameworkApplication start(
      Path folder,
      String packagePrefix,
      List<String> furtherSources,
      String portProperty,
      String mainClass)
      throws IOException {
    List<String> page = DocPage.snippets(PAGE);
    List<String> sources = new ArrayList<>(furtherSources);
    sources.add(page.get(0)); // the code that all frameworks share
    page.stream().filter(each -> each.contains("import " + packagePrefix)).forEach(sources::add);
    DocPage.compile(folder, sources);
    int port = freePort();
    RunningProgram program =
        RunningProgram.start(
            Map.of("METRICS_SECRET", SECRET),
            "-cp",
            folder + File.pathSeparator + System.getProperty("java.class.path"),
            "-D" + portProperty + "=" + port,
            "com.example." + mainClass);
    return new FrameworkApplication(program, port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Opens a client that is subscribed to the meters of the application. */
  public RawWebSocket subscribe() {
    return program.subscribe("application.metrics");
  }

  /** Sends a request to the framework's web server, which may still be starting. */
  public void request(String path) {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(address.resolve(path)).build();
    Awaitility.await("an answer of " + request.uri())
        .atMost(START_TIMEOUT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
  }

  @Override
  public void close() {
    program.close();
  }
}
