package io.greenlang.metrics.redis.hostile;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.redis.fixture.TestHubs;
import io.greenlang.metrics.testkit.JavaProcess;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A process with an instance that shares a Redis with others. It logs to a file, and ends with its
 * input.
 */
final class InstanceProcess implements AutoCloseable {

  private final JavaProcess process;
  private @Nullable URI url;

  /**
   * Starts a process.
   *
   * @param log the file that receives its log
   * @param level the level from which it logs, such as {@code trace}
   */
  InstanceProcess(String redisUrl, Path log, String level) {
    process =
        JavaProcess.builder(InstanceProcess.class)
            .options("-Xmx128m", "-XX:TieredStopAtLevel=1")
            .options("-Dorg.slf4j.simpleLogger.defaultLogLevel=" + level)
            .log(log)
            .start(redisUrl);
  }

  /** Returns the URL without a token; waits until the server listens. */
  URI url() {
    URI known = url;
    if (known == null) {
      known = URI.create("ws://127.0.0.1:" + process.nextLine() + "/ws/metrics");
      url = known;
    }
    return known;
  }

  /** Ends the process with SIGKILL, and returns when it has ended. */
  void kill() {
    process.close();
  }

  @Override
  public void close() {
    kill();
  }

  /** Runs the process. */
  public static void main(String[] redisUrl) throws IOException {
    try (MetricsHub hub = TestHubs.start(redisUrl[0]);
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .host("127.0.0.1")
                .port(0)
                .jwtSecret(ContractTokens.SECRET)
                .maxMessagesPerMinute(0)
                .build()) {
      hub.addChannel(SteadyPublisher.CHANNEL.name());
      server.start();
      System.out.println(server.port());
      while (System.in.read() >= 0) {
        // the test sends nothing, and closes the input when it ends
      }
    }
  }
}
