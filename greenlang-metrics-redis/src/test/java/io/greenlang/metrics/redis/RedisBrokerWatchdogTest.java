package io.greenlang.metrics.redis;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.rig.FaultProxy;
import io.greenlang.metrics.redis.rig.RedisServer;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A connection that goes silent without ending. Redis replies on every other connection, so only
 * the watchdog can detect it.
 */
final class RedisBrokerWatchdogTest {

  private final RedisServer redis = RedisServer.start();

  @AfterEach
  void close() {
    redis.close();
  }

  /** Waits for a publication of another instance, once the connection has gone silent. */
  private void awaitDelivery(boolean watchdog, Duration timeout) {
    try (FaultProxy proxy = FaultProxy.to(redis.port());
        Instance other = Instance.start(redis.url());
        Instance isolated =
            Instance.start(
                Instance.builder(proxy.url()).timeout(Instance.IMPATIENT).watchdog(watchdog))) {
      other.publish(1);
      isolated.awaitValues(1);
      proxy.stallOpenConnections();
      other.publish(2);
      await()
          .atMost(timeout)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> isolated.values().size() == 2);
      assertThat(isolated.listener.breaches()).isEmpty();
      assertThat(isolated.listener.gaps(ORDERS)).isEmpty();
    }
  }

  @Test
  void connection_silent_reconnectsAfterTwoHeartbeats() {
    awaitDelivery(true, Instance.TIMEOUT);
  }

  /** The control: without the watchdog, the silence lasts forever. */
  @Test
  void connection_silentWithoutWatchdog_staysSilent() {
    assertThatExceptionOfType(ConditionTimeoutException.class)
        .isThrownBy(() -> awaitDelivery(false, Duration.ofSeconds(10)));
  }
}
