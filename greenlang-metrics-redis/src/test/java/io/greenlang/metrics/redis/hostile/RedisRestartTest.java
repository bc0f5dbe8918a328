package io.greenlang.metrics.redis.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Fault: Redis is killed, and starts again empty: three times, and 20 times in {@code make
 * hostile}.
 */
class RedisRestartTest {

  private static final int RESTARTS = AttackSize.of(3, 20);

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();

  @Test
  void redis_killedAndRestartedEmpty_localDeliveryContinues() throws Exception {
    try (AttackedServer server = attacked.start()) {
      server.allowLatency(RedisUnderAttack.NOTICED);
      server.witness().allowAnnouncedGaps();
      server.withstand(
          "Redis restarted empty",
          50,
          () -> {
            for (int i = 0; i < RESTARTS; i++) {
              attacked.redis.kill();
              RedisUnderAttack.awaitHealth(server, false);
              server.witness().awaitMore(50);
              attacked.redis.restartEmpty();
              RedisUnderAttack.awaitHealth(server, true);
            }
          });
      assertThat(server.witness().gaps()).as("a new epoch is announced").isPositive();
    }
  }
}
