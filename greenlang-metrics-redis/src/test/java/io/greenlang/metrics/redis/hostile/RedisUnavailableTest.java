package io.greenlang.metrics.redis.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Fault: Redis is unavailable while the application publishes as fast as it can. {@code make
 * soak-redis} takes it away for ten minutes.
 */
class RedisUnavailableTest {

  private static final String CHANNEL = "busy.metrics";
  private static final int PUBLICATIONS = AttackSize.of(50_000);
  private static final long P99_MILLIS = 5;

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();

  @Test
  void redis_away_memoryAndPublishersAreUnaffected() throws Exception {
    try (AttackedServer server = attacked.start()) {
      MetricsHub hub = server.hub();
      hub.addChannel(CHANNEL);
      server.allowLatency(RedisUnderAttack.NOTICED);
      server.witness().allowAnnouncedGaps();
      long[] nanos = new long[PUBLICATIONS];
      server.withstand(
          "Redis unavailable",
          50,
          () -> {
            attacked.redis.kill();
            for (int i = 0; i < PUBLICATIONS; i++) {
              long startNanos = System.nanoTime();
              hub.publish(Metric.gauge(CHANNEL, "n", i, Tags.empty()));
              nanos[i] = System.nanoTime() - startNanos;
            }
            RedisUnderAttack.awaitHealth(server, false);
            server.witness().awaitMore(50);
            attacked.redis.restart();
            RedisUnderAttack.awaitHealth(server, true);
          });
      Arrays.sort(nanos);
      assertThat(Duration.ofNanos(nanos[PUBLICATIONS * 99 / 100]).toMillis())
          .as("p99 of a publication in ms")
          .isLessThan(P99_MILLIS);
    }
  }
}
