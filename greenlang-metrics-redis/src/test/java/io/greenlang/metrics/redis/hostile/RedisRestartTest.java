package io.greenlang.metrics.redis.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Fault: Redis is killed, and starts again empty: three times, and 20 times in {@code make
 * hostile}.
 */
class RedisRestartTest {

  private static final int RESTARTS = AttackSize.of(3, 20);

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();

  /** Restarts Redis, and returns the time until its new epoch is announced to the client. */
  private Duration restartEmpty(AttackedServer server) {
    long gaps = server.witness().gaps();
    attacked.redis.restartEmpty();
    long restartedNanos = System.nanoTime();
    server.witness().awaitGap(gaps);
    return Duration.ofNanos(System.nanoTime() - restartedNanos);
  }

  @Test
  void redis_killedAndRestartedEmpty_localDeliveryContinuesAndClientIsTold() throws Exception {
    try (AttackedServer server = attacked.start()) {
      List<Duration> times = new ArrayList<>();
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
              times.add(restartEmpty(server));
              RedisUnderAttack.awaitHealth(server, true);
            }
          });
      assertThat(Collections.min(times)) // a busy machine delays some of them
          .as("the time until the new epoch is announced")
          .isLessThan(RedisUnderAttack.NOTICED);
    }
  }
}
