package io.greenlang.metrics.redis.hostile;

import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Fault: an operator, or Redis itself, ends the subscriptions of an instance: ten times at 200
 * publications per second, and 100 times at 5,000 in {@code make hostile}.
 */
class SubscriptionKillTest {

  private static final int KILLS = AttackSize.of(10, 100);
  private static final int RATE = AttackSize.of(200, 5_000);

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();

  @Test
  void subscriptions_killed_gapsAreFilled() throws Exception {
    try (AttackedServer server = attacked.startPatient(Duration.ofSeconds(1).dividedBy(RATE))) {
      server.allowLatency(RedisUnderAttack.RESUBSCRIBED);
      server.withstand(
          "CLIENT KILL TYPE pubsub",
          50,
          () -> {
            for (int i = 0; i < KILLS; i++) {
              ResourceUsage.await(this::killSubscriptions);
              server.witness().awaitMore(20);
            }
          });
    }
  }

  /** Returns whether there was a subscription. */
  private boolean killSubscriptions() {
    return !Long.valueOf(0).equals(attacked.redis.command("CLIENT", "KILL", "TYPE", "pubsub"));
  }
}
