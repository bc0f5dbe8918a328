package io.greenlang.metrics.benchmarks.endurance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Process of a {@link SoakServer} or {@link AttackTarget}, as its parent sees it. Confined to one
 * thread.
 */
final class SoakProcess implements AutoCloseable {

  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(20);

  private final Process process;
  private final BufferedReader replies;
  private final PrintWriter requests;
  private final HttpClient http = HttpClient.newHttpClient();
  private final InetSocketAddress address;

  private SoakProcess(Process process) throws IOException {
    this.process = process;
    this.replies = process.inputReader(StandardCharsets.UTF_8);
    this.requests = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    int port = (int) (double) ServerFigures.parse(nextLine()).getOrDefault("port", 0.0);
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /**
   * Starts a {@link SoakServer} and waits until it listens.
   *
   * @param heap the maximum heap, such as {@code 512m}
   * @param arguments the arguments of the server
   */
  static SoakProcess start(String heap, String... arguments) throws IOException {
    return start(SoakServer.class, heap, arguments);
  }

  /** Starts a server with another main class and waits until it listens. */
  static SoakProcess start(Class<?> mainClass, String heap, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-cp", System.getProperty("java.class.path")));
    command.add(mainClass.getName());
    command.addAll(List.of(arguments));
    return new SoakProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  InetSocketAddress address() {
    return address;
  }

  /** Returns the figures of the server, after a garbage collection in it. */
  Map<String, Double> figures() throws IOException {
    requests.println();
    return ServerFigures.parse(nextLine());
  }

  /** Returns the {@code status} that the server's health resource reports. */
  String healthStatus() throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:" + address.getPort() + "/health");
    HttpRequest request = HttpRequest.newBuilder(url).timeout(HEALTH_TIMEOUT).build();
    String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    String prefix = "{\"status\":\"";
    if (!body.startsWith(prefix)) {
      throw new IOException("unexpected answer of " + url + ": " + body);
    }
    return body.substring(prefix.length(), body.indexOf('"', prefix.length()));
  }

  private String nextLine() throws IOException {
    String line = replies.readLine();
    if (line == null) {
      throw new IOException("the server process has ended");
    }
    return line;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
