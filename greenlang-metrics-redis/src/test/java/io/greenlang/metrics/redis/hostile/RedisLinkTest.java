package io.greenlang.metrics.redis.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Fault: the way from Redis to an instance fails. Redis ends a subscription whose output buffer is
 * over its limit, or the network swallows the packets of connections that stay open.
 */
class RedisLinkTest {

  private static final String BUS = "greenlang:{" + SteadyPublisher.CHANNEL.name() + "}:bus";

  /** Redis ends a subscription as soon as this much waits for it. */
  private static final int OUTPUT_BUFFER_BYTES = 64 * 1024;

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();

  @Test
  void outputBuffer_overItsLimit_gapsAreFilled() throws Exception {
    attacked.redis.command(
        "CONFIG", "SET", "client-output-buffer-limit", "pubsub " + OUTPUT_BUFFER_BYTES + " 0 0");
    int overflows = AttackSize.of(5);
    try (AttackedServer server = attacked.startPatient()) {
      server.allowLatency(RedisUnderAttack.RESUBSCRIBED);
      server.withstand(
          "output buffer limit of Redis",
          50,
          () -> {
            for (int i = 0; i < overflows; i++) {
              ResourceUsage.await(this::overflow);
              server.witness().awaitMore(50);
            }
          });
    }
    assertThat(attacked.redis.log().split("overcoming of output buffer limits", -1))
        .as("Redis ended a subscription each time")
        .hasSizeGreaterThan(overflows);
  }

  /** Returns whether there was a subscription to overflow. */
  private boolean overflow() {
    String message = "x".repeat(4 * OUTPUT_BUFFER_BYTES);
    return !Long.valueOf(0).equals(attacked.redis.command("PUBLISH", BUS, message));
  }

  @Test
  void connections_silent_areReplaced() throws Exception {
    try (AttackedServer server = attacked.start()) {
      server.allowLatency(RedisUnderAttack.NOTICED);
      server.witness().allowAnnouncedGaps();
      server.withstand(
          "half-open connections to Redis",
          50,
          () -> {
            server.closeAfterAttack(attacked.proxy::resetConnections); // it has threads for each
            for (int i = 0; i < AttackSize.of(1); i++) {
              long gaps = server.witness().gaps();
              attacked.proxy.stallOpenConnections();
              server.witness().awaitGap(gaps); // the problem can be over before it is seen
              RedisUnderAttack.awaitHealth(server, true);
            }
          });
    }
  }
}
