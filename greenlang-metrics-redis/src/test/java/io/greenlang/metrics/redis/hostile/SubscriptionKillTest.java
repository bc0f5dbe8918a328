package io.greenlang.metrics.redis.hostile;

import io.greenlang.metrics.testkit.security.AttackedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Fault: an operator, or Redis itself, ends the subscriptions of an instance. */
class SubscriptionKillTest {

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();

  @Test
  void subscriptions_killed_gapsAreFilled() throws Exception {
    try (AttackedServer server = attacked.startPatient()) {
      server.allowLatency(RedisUnderAttack.RESUBSCRIBED);
      server.withstand(
          "CLIENT KILL TYPE pubsub",
          50,
          () -> {
            for (int i = 0; i < 10 * AttackedServer.SCALE; i++) {
              attacked.redis.command("CLIENT", "KILL", "TYPE", "pubsub");
              server.witness().awaitMore(20);
            }
          });
    }
  }
}
