package io.greenlang.metrics.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server in a process that may open 300 files and sockets only. */
@EnabledOnOs(OS.LINUX)
final class DescriptorExhaustionTest {

  private static final int MAX_DESCRIPTORS = 300;

  /** A process with a server, which publishes each number that it receives. */
  private static final class LimitedProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader replies;
    private final PrintWriter requests;

    LimitedProcess(String transport, Path log) throws IOException {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      process =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "ulimit -n " + MAX_DESCRIPTORS + "; exec \"$@\"",
                  "sh",
                  java,
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DescriptorExhaustionTest.class.getName(),
                  transport)
              .redirectError(log.toFile())
              .start();
      replies = process.inputReader(UTF_8);
      requests = new PrintWriter(process.outputWriter(UTF_8), true);
    }

    URI url() throws IOException {
      return URI.create("ws://127.0.0.1:" + replies.readLine() + "/ws/metrics");
    }

    void publish(int number) throws IOException {
      requests.println(number);
      assertThat(replies.readLine()).isEqualTo(Integer.toString(number));
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NIO", "epoll"})
  void accept_descriptorsUsedUp_closesHalfOpenAndLogsOnce(String transport, @TempDir Path folder)
      throws IOException {
    Path log = folder.resolve("log");
    try (LimitedProcess process = new LimitedProcess(transport, log)) {
      URI url = process.url();
      try (RawWebSocket witness = RawWebSocket.open(url);
          HalfOpenClients attackers = new HalfOpenClients(url, 3, 20)) {
        witness.ask(TransportFixture.subscribe(""), "subscribed");
        for (int i = 1; i <= 4 * MAX_DESCRIPTORS; i++) {
          attackers.connectFrom("127.0.0.2");
          if (i % MAX_DESCRIPTORS == 0) {
            RawWebSocket client = RawWebSocket.open(url);
            assertThat(client.nextMessage().type()).isEqualTo("welcome");
            client.closeGracefully();
            process.publish(i);
            assertThat(witness.nextMessage().values("n")).containsExactly((double) i);
          }
        }
      }
    }
    List<String> lines = Files.readAllLines(log, UTF_8);
    assertThat(lines.stream().filter(line -> line.contains("Failed to accept"))).hasSize(1);
    assertThat(lines).as("no stack traces").hasSizeLessThan(10);
  }

  /** Runs the process: publishes each number that it reads. */
  public static void main(String[] arguments) throws IOException {
    try (MetricsHub hub = MetricsHub.create();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .allowAnonymous()
                .host("127.0.0.1")
                .port(0)
                .transport(new NettyTransport(arguments[0].equals("epoll"), NettyTimeouts.DEFAULT))
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
