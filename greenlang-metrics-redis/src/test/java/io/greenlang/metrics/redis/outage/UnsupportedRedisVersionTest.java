package io.greenlang.metrics.redis.outage;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.LogRepeatWait;
import io.greenlang.metrics.redis.rig.RedisServer;
import io.greenlang.metrics.redis.rig.RedisVersion;
import io.greenlang.metrics.testkit.CapturedLog;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Redis servers of other versions than the installed one. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class UnsupportedRedisVersionTest {

  private static final String RESTORED = "Redis connection restored";

  @ParameterizedTest
  @CsvSource({"V2_8, older than 6.0", "V6_0, 6.0"})
  void start_tooOld_isLoggedOnceAndConnectsAfterUpdate(RedisVersion version, String number) {
    try (RedisServer redis = RedisServer.start(version);
        CapturedLog log = new CapturedLog();
        Instance one = Instance.start(redis.url())) {
      String problem = one.awaitProblem().broker.state().problem();
      assertThat(problem)
          .isEqualTo(
              "Redis at 127.0.0.1:%d is version %s; it must be 6.2 or newer: update it"
                  .formatted(redis.port(), number));
      LogRepeatWait.publishThrough(one);
      assertThat(log.lines("WARN", "")).hasSize(1).first().asString().contains(problem);

      redis.upgrade();
      one.awaitConnected();
      try (Instance two = Instance.start(redis.url())) {
        assertThat(two.listener.restored(ORDERS)).hasSameSizeAs(one.values());
        two.publish(1);
        one.awaitValues(one.values().size() + 1);
      }
      assertThat(one.values()).doesNotHaveDuplicates();
      assertThat(one.listener.breaches()).isEmpty();
      // The state of the broker changes before the line is written.
      await().atMost(TIMEOUT).until(() -> !log.lines("INFO", RESTORED).isEmpty());
      assertThat(log.lines("INFO", RESTORED)).hasSize(1);
    }
  }

  @Test
  void publish_oldestSupportedVersion_works() {
    try (RedisServer redis = RedisServer.start(RedisVersion.V6_2);
        Instance one = Instance.start(redis.url());
        Instance two = Instance.start(redis.url())) {
      IntStream.range(0, 1_000).forEach(one::publish);
      two.awaitValues(1_000);
      redis.command("CLIENT", "KILL", "TYPE", "pubsub");
      IntStream.range(1_000, 2_000).forEach(two::publish);
      one.awaitValues(2_000);
      await()
          .atMost(TIMEOUT)
          .until(
              () ->
                  !Objects.equals(
                      redis.command("PUBLISH", ORDERS.name(), "{\"queue.depth\":2000}"), 0L));
      one.awaitValues(2_001);
      Objects.requireNonNull(one.broker.archive())
          .store(ORDERS, Interval.ONE_MINUTE, 60_000, new byte[10], Duration.ofDays(20_000));
      await()
          .atMost(TIMEOUT)
          .until(
              () -> redis.command("XLEN", "greenlang:{orders.metrics}:windows:1m"),
              n -> n.equals(1L));
      one.awaitConnected();
      assertThat(one.values()).doesNotHaveDuplicates();
      for (Instance instance : new Instance[] {one, two}) {
        assertThat(instance.listener.breaches()).isEmpty();
        assertThat(instance.listener.gaps(ORDERS)).isEmpty();
      }
    }
  }
}
