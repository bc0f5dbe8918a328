package io.greenlang.metrics.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server in a process that may open 300 files and sockets only. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
final class DescriptorExhaustionTest {

  private static final int MAX_DESCRIPTORS = 300;

  private static final List<String> LIMIT =
      List.of("sh", "-c", "ulimit -n " + MAX_DESCRIPTORS + "; exec \"$@\"", "sh");

  @ParameterizedTest
  @ValueSource(strings = {"nio", "epoll", "io_uring"})
  void accept_descriptorsUsedUp_closesHalfOpenAndLogsOnce(String transport, @TempDir Path folder)
      throws IOException {
    Path log = folder.resolve("log");
    try (LimitedProcess process = LimitedProcess.start(LIMIT, transport, log)) {
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
    assertThat(lines).as("no stack traces").hasSizeLessThan(11);
  }
}
