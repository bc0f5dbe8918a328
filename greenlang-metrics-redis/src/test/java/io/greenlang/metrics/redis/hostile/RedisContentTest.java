package io.greenlang.metrics.redis.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Threat: another program with access to Redis publishes and stores what no instance would. */
class RedisContentTest {

  private static final String BUS = "greenlang:{" + SteadyPublisher.CHANNEL.name() + "}:bus";

  /** Redis executes nothing else while it copies a message of 8 MB for each subscriber. */
  private static final Duration COPIES = Duration.ofSeconds(1);

  @RegisterExtension final RedisUnderAttack attacked = new RedisUnderAttack();

  @Test
  void content_forgedOrHuge_isSkipped() throws Exception {
    Random random = new Random(1);
    try (AttackedServer server = attacked.startPatient()) {
      server.allowLatency(COPIES);
      server.withstand(
          "forged content in Redis",
          100,
          () -> {
            for (int i = 0; i < AttackSize.of(500); i++) {
              byte[] garbage = new byte[random.nextInt(10_000)];
              random.nextBytes(garbage);
              attacked.redis.command("PUBLISH", BUS, new String(garbage, UTF_8));
            }
            attacked.redis.command("PUBLISH", BUS, "x".repeat(8 << 20));
          });
      assertThat(server.stats().broker().health().get("malformed")).isPositive();
    }
  }
}
