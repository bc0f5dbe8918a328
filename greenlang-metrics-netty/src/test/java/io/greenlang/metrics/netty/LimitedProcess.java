package io.greenlang.metrics.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process with a server, under limits of the system. It publishes each number that it reads. */
final class LimitedProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader replies;
  private final PrintWriter requests;

  private LimitedProcess(Process process) {
    this.process = process;
    replies = process.inputReader(UTF_8);
    requests = new PrintWriter(process.outputWriter(UTF_8), true);
  }

  /**
   * Starts a process.
   *
   * @param limit the command that sets the limits, and then executes its last arguments
   * @param io the value of {@code WS_IO}
   * @param log receives the log
   */
  static LimitedProcess start(List<String> limit, String io, Path log) throws IOException {
    List<String> command = new ArrayList<>(limit);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=info");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(LimitedProcess.class.getName());
    command.add(io);
    return new LimitedProcess(new ProcessBuilder(command).redirectError(log.toFile()).start());
  }

  /** Waits until the server listens; returns its address. */
  URI url() throws IOException {
    return URI.create("ws://127.0.0.1:" + replies.readLine() + "/ws/metrics");
  }

  void publish(int number) throws IOException {
    requests.println(number);
    assertThat(replies.readLine()).isEqualTo(Integer.toString(number));
  }

  /** Waits for the end of a process that fails; returns its exit code. */
  int awaitExit() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Runs the process: publishes each number that it reads. */
  public static void main(String[] arguments) throws IOException {
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .allowAnonymous()
                .host("127.0.0.1")
                .port(0)
                .io(arguments[0])
                .build()) {
      hub.addChannel(TransportFixture.CHANNEL);
      server.start();
      System.out.println(server.port());
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        hub.publish(
            Metric.gauge(TransportFixture.CHANNEL, "n", Double.parseDouble(line), Tags.empty()));
        System.out.println(line);
      }
    }
  }
}
