package io.greenlang.metrics.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyTest {

  /** A timeout that is longer than any step takes. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** A node that accepts connections and never replies, as a paused one does. */
  private static ServerSocket silentNode() throws IOException {
    ServerSocket node = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    node.setSoTimeout(1);
    return node;
  }

  private static int newConnections(ServerSocket node) throws IOException {
    int count = 0;
    try {
      while (true) {
        node.accept().close();
        count++;
      }
    } catch (SocketTimeoutException e) {
      return count;
    }
  }

  @ParameterizedTest
  @CsvSource({"redis+cluster://127.0.0.1:,''", "redis+sentinel://127.0.0.1:,/master"})
  void nodeOf_silentServers_areQueriedOnceForAllChannelsAndAgainLater(String scheme, String master)
      throws Exception {
    try (ServerSocket node = silentNode()) {
      RedisUri address = RedisUri.parse(scheme + node.getLocalPort() + master);
      Topology topology =
          Topology.of(address, new RedisConnectionFactory(address, null, Duration.ofMillis(100)));
      long startNanos = System.nanoTime();
      for (int channel = 0; channel < 20; channel++) {
        byte[] key = {(byte) channel};
        assertThatThrownBy(() -> topology.nodeOf(key)).isInstanceOf(RedisException.class);
      }
      long fullSeconds = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
      assertThat(newConnections(node))
          .as("one query, and one more for each second that a busy machine took")
          .isBetween(1, 1 + (int) fullSeconds);

      await()
          .atMost(TIMEOUT)
          .untilAsserted(
              () -> {
                assertThatThrownBy(() -> topology.nodeOf(new byte[1]))
                    .isInstanceOf(RedisException.class);
                assertThat(newConnections(node)).isEqualTo(1);
              });
    }
  }
}
