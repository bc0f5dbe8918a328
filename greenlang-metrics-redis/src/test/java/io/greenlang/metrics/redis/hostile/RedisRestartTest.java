package io.greenlang.metrics.redis.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Fault: Redis is killed, and starts again empty: three times, and 20 times in {@code make
 * hostile}.
 */
class RedisRestartTest {

  private static final int RESTARTS = AttackSize.of(3, 20);

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();

  /** Restarts Redis, whose new epoch is announced to the client in time. */
  private void restartEmpty(AttackedServer server) {
    long gaps = server.witness().gaps();
    attacked.redis.restartEmpty();
    long restartedNanos = System.nanoTime();
    server.witness().awaitGap(gaps);
    assertThat(Duration.ofNanos(System.nanoTime() - restartedNanos))
        .as("the time until the new epoch is announced")
        .isLessThan(RedisUnderAttack.NOTICED);
  }

  @Test
  void redis_killedAndRestartedEmpty_localDeliveryContinuesAndClientIsTold() throws Exception {
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
              restartEmpty(server);
              RedisUnderAttack.awaitHealth(server, true);
            }
          });
    }
  }
}
