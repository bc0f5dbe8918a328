package io.greenlang.metrics.security.hostile.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.testkit.security.Witness;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults: the application, or another program, uses up direct memory, threads or the heap. The
 * server recovers when the cause ends, and leaves no state behind. {@code DescriptorExhaustionTest}
 * does the same for descriptors.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class StarvationTest {

  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
          + SteadyPublisher.CHANNEL.name()
          + "\"],\"latest\":true,\"batch\":true}}";
  private static final String HISTORY =
      "{\"type\":\"get_history\",\"data\":{\"channel\":\""
          + SteadyPublisher.CHANNEL.name()
          + "\",\"start_time\":\"1970-01-01T00:00:00Z\",\"limit\":10}}";

  /** The log lines of an outage: one per cause and minute, with the lines of a stack trace. */
  private static final int MAX_LOG_LINES = 400;

  @TempDir private Path folder;

  private Path log() {
    return folder.resolve("log");
  }

  /** Connects, subscribes and reads history, as a client does that comes later. */
  private static void useServer(StarvedProcess server) {
    try (RawWebSocket client = RawWebSocket.open(server.url())) {
      client.nextMessage("welcome");
      client.ask(SUBSCRIBE, "subscribed");
      assertThat(client.nextMessage("metrics").values("sequence")).hasSize(1);
      assertThat(client.ask(HISTORY, "history").type()).isEqualTo("history");
    }
  }

  private static void awaitSessions(StarvedProcess server, String expected) {
    ResourceUsage.await(() -> server.execute("sessions").equals(expected));
  }

  @Test
  void directMemory_refused_connectedClientMissesNothing() throws IOException {
    try (StarvedProcess server =
            new StarvedProcess("true", log(), "-Xmx256m", "-XX:MaxDirectMemorySize=8m");
        Witness witness = Witness.connect(server.url())) {
      witness.awaitMore(100);
      assertThat(server.execute("use up direct memory")).endsWith(" held");
      witness.awaitMore(600); // the feed has filled its direct buffers, and uses the heap
      assertThat(server.execute("release")).isEqualTo("released");
      useServer(server);
      witness.awaitMore(200);
      assertThat(server.execute("failures")).isEqualTo("0");
      awaitSessions(server, "1 1");
      assertThat(server.log()).hasSizeLessThan(MAX_LOG_LINES);
    }
  }

  /** Each thread reserves 64 MB of the address space, so few are enough to use it up. */
  @Test
  void threads_refused_serverServesAndLaterStartsSucceed() throws IOException {
    try (StarvedProcess server =
            new StarvedProcess(
                "ulimit -v 4000000",
                log(),
                "-Xmx128m",
                "-Xss64m",
                "-XX:+UseSerialGC",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:CompressedClassSpaceSize=64m");
        Witness witness = Witness.connect(server.url())) {
      witness.awaitMore(100);
      assertThat(server.execute("use up threads")).endsWith(" held");
      useServer(server);
      String threads = server.execute("threads");
      assertThat(server.execute("start server")).isEqualTo("refused");
      assertThat(server.execute("record histogram")).isEqualTo("refused");
      ResourceUsage.await(() -> server.execute("threads").equals(threads));
      witness.awaitMore(200);

      assertThat(server.execute("release")).isEqualTo("released");
      ResourceUsage.await(() -> server.execute("start server").equals("succeeded"));
      assertThat(server.execute("record histogram")).isEqualTo("succeeded");
      witness.awaitMore(200);
      assertThat(server.execute("failures")).isEqualTo("0");
      awaitSessions(server, "1 1");
    }
  }

  /** The sessions whose task failed end; clients that connect later are served. */
  @Test
  void heap_usedUp_serverRecoversAndKeepsNoState() throws IOException {
    try (StarvedProcess server = new StarvedProcess("true", log(), "-Xmx64m", "-XX:+UseSerialGC")) {
      useServer(server);
      for (int round = 0; round < 2; round++) {
        try (RawWebSocket subscriber = RawWebSocket.open(server.url())) {
          subscriber.nextMessage("welcome");
          subscriber.ask(SUBSCRIBE, "subscribed");
          assertThat(server.execute("use up heap")).endsWith(" refusals");
        }
        useServer(server);
        awaitSessions(server, "0 0");
      }
      assertThat(server.log()).hasSizeLessThan(MAX_LOG_LINES);
    }
  }
}
