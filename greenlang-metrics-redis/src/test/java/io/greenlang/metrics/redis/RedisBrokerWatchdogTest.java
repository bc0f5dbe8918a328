package io.greenlang.metrics.redis;

import static io.greenlang.metrics.redis.Instance.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A link that says nothing and does not end. Redis answers on every other connection, so nobody but
 * the watchdog can find out.
 */
final class RedisBrokerWatchdogTest {

  private final RedisServer redis = RedisServer.start();

  @AfterEach
  void close() {
    redis.close();
  }

  /** The question of both tests: is what others publish heard, when the link has gone silent? */
  private long millisUntilHeard(boolean watchdog, Duration patience) {
    try (FaultProxy proxy = FaultProxy.to(redis.port());
        Instance other = Instance.at(redis.url());
        Instance deaf = Instance.of(RedisBroker.builder().url(proxy.url()).watchdog(watchdog))) {
      other.publish(1);
      deaf.awaitValues(1);
      proxy.strand();
      long before = System.nanoTime();
      other.publish(2);
      await()
          .atMost(patience)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> deaf.values().size() == 2);
      assertThat(deaf.journal.breaches()).isEmpty();
      assertThat(deaf.journal.interruptions(ORDERS)).isEmpty();
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
    }
  }

  @Test
  void link_fallenSilent_isMadeAnewAfterTwoHeartbeats() {
    assertThat(millisUntilHeard(true, Duration.ofSeconds(10))).isLessThan(5_000);
  }

  /** The control: without the watchdog, the same goes on for ever. */
  @Test
  void link_fallenSilentWithoutWatchdog_staysSilent() {
    assertThatExceptionOfType(ConditionTimeoutException.class)
        .isThrownBy(() -> millisUntilHeard(false, Duration.ofSeconds(10)));
  }
}
