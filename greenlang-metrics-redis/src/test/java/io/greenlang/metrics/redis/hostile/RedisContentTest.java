package io.greenlang.metrics.redis.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults of Redis and of the way to it, while a client reads what its own instance publishes. */
class RedisFaultsTest {

  private static final Duration PERIOD = Duration.ofMillis(5);

  /** A subscription is established again, and its gap filled, within this time. */
  private static final Duration RESUBSCRIBED = Duration.ofSeconds(2);

  /** An instance notices within this time that Redis does not answer. */
  private static final Duration NOTICED = Duration.ofSeconds(3);

  private final RedisServer redis = RedisServer.start();
  private final FaultProxy proxy = FaultProxy.to(redis.port());

  @AfterEach
  void closeRedis() {
    proxy.close();
    redis.close();
  }

  private AttackedServer start() {
    MetricsHub hub = MetricsHub.builder().redisUrl(proxy.url()).build();
    return AttackedServer.start(hub, settings -> {}, PERIOD);
  }

  @Test
  void subscriptions_killed_gapsAreFilled() throws Exception {
    try (AttackedServer server = start()) {
      server.allowLatency(RESUBSCRIBED);
      server.withstand(
          "CLIENT KILL TYPE pubsub",
          50,
          () -> {
            for (int i = 0; i < 10 * AttackedServer.SCALE; i++) {
              redis.command("CLIENT", "KILL", "TYPE", "pubsub");
              server.witness().awaitMore(20);
            }
          });
    }
  }

  @Test
  void connections_silent_areReplaced() throws Exception {
    try (AttackedServer server = start()) {
      server.allowLatency(NOTICED);
      server.witness().allowAnnouncedGaps();
      server.withstand(
          "half-open connections to Redis",
          50,
          () -> {
            server.closeAfterAttack(proxy::resetConnections); // the proxy has threads for each
            for (int i = 0; i < AttackedServer.SCALE; i++) {
              proxy.stallOpenConnections();
              awaitHealth(server, false);
              awaitHealth(server, true);
            }
          });
    }
  }

  @Test
  void redis_killedAndRestartedEmpty_localDeliveryContinues() throws Exception {
    try (AttackedServer server = start()) {
      server.allowLatency(NOTICED);
      server.witness().allowAnnouncedGaps();
      server.withstand(
          "Redis restarted empty",
          50,
          () -> {
            for (int i = 0; i < 3 * AttackedServer.SCALE; i++) {
              redis.kill();
              awaitHealth(server, false);
              server.witness().awaitMore(50);
              redis.restartEmpty();
              awaitHealth(server, true);
            }
          });
    }
  }

  private static void awaitHealth(AttackedServer server, boolean healthy) {
    ResourceUsage.await(() -> (server.stats().broker().problem() == null) == healthy);
  }

  /** Another program with access to Redis publishes and stores what no instance would. */
  @Test
  void content_forgedOrHuge_isSkipped() throws Exception {
    String bus = "greenlang:{" + SteadyPublisher.CHANNEL.name() + "}:bus";
    Random random = new Random(1);
    try (AttackedServer server = start()) {
      server.withstand(
          "forged content in Redis",
          100,
          () -> {
            for (int i = 0; i < 500 * AttackedServer.SCALE; i++) {
              byte[] garbage = new byte[random.nextInt(10_000)];
              random.nextBytes(garbage);
              redis.command("PUBLISH", bus, new String(garbage, UTF_8));
            }
            redis.command("PUBLISH", bus, "x".repeat(8 << 20));
          });
      assertThat(server.stats().broker().health().get("malformed")).isPositive();
    }
  }
}
