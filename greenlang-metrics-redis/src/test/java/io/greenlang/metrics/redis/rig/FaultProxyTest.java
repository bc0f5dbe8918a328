package io.greenlang.metrics.redis.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

class FaultProxyTest {

  /** A timeout that is longer than any step takes. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final RedisServer SERVER = RedisServer.start();

  private final FaultProxy proxy = FaultProxy.to(SERVER.port());

  @AfterAll
  static void stopServer() {
    SERVER.close();
  }

  @AfterEach
  void closeProxy() {
    proxy.close();
  }

  @Test
  void forward_largeValue_isForwardedBothWays() {
    try (Jedis jedis = connect()) {
      String large = "x".repeat(5_000_000);
      jedis.set("large", large);

      assertThat(jedis.get("large")).isEqualTo(large);
    }
  }

  @Test
  void blackholeToServer_command_arrivesAfterRestore() {
    try (Jedis jedis = connect()) {
      jedis.set("held", "before");
      proxy.blackholeToServer();
      CompletableFuture<String> set =
          CompletableFuture.supplyAsync(() -> jedis.set("held", "after"));
      Awaitility.await()
          .during(Duration.ofMillis(200))
          .until(() -> "before".equals(SERVER.command("GET", "held")));
      assertThat(set).isNotDone();

      proxy.restore();

      assertThat(set).succeedsWithin(TIMEOUT).isEqualTo("OK");
      assertThat(SERVER.command("GET", "held")).isEqualTo("after");
    }
  }

  @Test
  void blackholeToClient_command_isExecutedWithoutReply() {
    try (Jedis jedis = connect()) {
      jedis.del("acted");
      proxy.blackholeToClient();
      CompletableFuture<String> set =
          CompletableFuture.supplyAsync(() -> jedis.set("acted", "yes"));
      Awaitility.await().atMost(TIMEOUT).until(() -> "yes".equals(SERVER.command("GET", "acted")));
      assertThat(set).isNotDone();

      proxy.resetConnections();

      assertThat(set).failsWithin(TIMEOUT);
    }
  }

  @Test
  void delay_ping_takesDelayEachWay() {
    try (Jedis jedis = connect()) {
      jedis.ping();
      proxy.delay(Duration.ofMillis(100));
      long before = System.nanoTime();

      jedis.ping();

      assertThat(System.nanoTime() - before)
          .isBetween(Duration.ofMillis(200).toNanos(), TIMEOUT.toNanos());
    }
  }

  @Test
  void resetConnections_openConnections_areResetAndNewOnesAccepted() {
    Jedis cut = connect(); // not closed: closing would fail, too
    cut.ping();
    assertThat(proxy.connections()).isEqualTo(1);

    proxy.resetConnections();

    assertThatExceptionOfType(JedisConnectionException.class).isThrownBy(cut::ping);
    assertThat(proxy.connections()).isZero();
    try (Jedis jedis = connect()) {
      assertThat(jedis.ping()).isEqualTo("PONG");
    }
  }

  @Test
  void refuse_newConnections_failUntilRestore() {
    try (Jedis open = connect()) {
      open.ping();
      proxy.refuse();

      assertThat(open.ping()).isEqualTo("PONG");
      assertThatExceptionOfType(JedisConnectionException.class).isThrownBy(this::connect);
    }
    proxy.restore();
    try (Jedis jedis = connect()) {
      assertThat(jedis.ping()).isEqualTo("PONG");
    }
  }

  @Test
  void close_byClient_closesServerConnection() {
    connect().close();
    Awaitility.await().atMost(TIMEOUT).until(() -> proxy.connections() == 0);
  }

  private Jedis connect() {
    return new Jedis(
        new HostAndPort("127.0.0.1", proxy.port()),
        DefaultJedisClientConfig.builder().resp2().timeoutMillis((int) TIMEOUT.toMillis()).build());
  }
}
