package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.testkit.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * Process of a {@link SoakServer} or {@link AttackTarget}, as its parent sees it. Confined to one
 * thread.
 */
final class SoakProcess implements AutoCloseable {

  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(20);

  private final JavaProcess process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final InetSocketAddress address;

  private SoakProcess(JavaProcess process) {
    this.process = process;
    int port = (int) (double) ServerFigures.parse(process.nextLine()).getOrDefault("port", 0.0);
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /**
   * Starts a {@link SoakServer} and waits until it listens.
   *
   * @param heap the maximum heap, such as {@code 512m}
   * @param arguments the arguments of the server
   */
  static SoakProcess start(String heap, String... arguments) {
    return start(SoakServer.class, heap, arguments);
  }

  /** Starts a server with another main class and waits until it listens. */
  static SoakProcess start(Class<?> mainClass, String heap, String... arguments) {
    return new SoakProcess(JavaProcess.builder(mainClass).options("-Xmx" + heap).start(arguments));
  }

  InetSocketAddress address() {
    return address;
  }

  /** Returns the figures of the server, after a garbage collection in it. */
  Map<String, Double> figures() {
    return ServerFigures.parse(process.ask(""));
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

  @Override
  public void close() {
    process.close();
  }
}
