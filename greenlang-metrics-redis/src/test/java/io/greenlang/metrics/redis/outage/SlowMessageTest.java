package io.greenlang.metrics.redis.outage;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.rig.FaultProxy;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages whose bytes arrive for longer than an instance tolerates silence. */
final class SlowMessageTest {

  private static final String SLOW = "x".repeat(3 << 20);
  private static final String BUS = "greenlang:{orders.metrics}:bus";

  /** The message has at least 192 pieces of 16 KiB, which arrive in 4 s. */
  private static final Duration PACE = Duration.ofMillis(20);

  @RegisterExtension final TestInstances instances = new TestInstances();

  private final FaultProxy proxy = FaultProxy.to(instances.redis.port());

  @AfterEach
  void closeProxy() {
    proxy.close();
  }

  @Test
  void bus_slowMessage_isSkippedAndSubscriptionStays() {
    assertSkipped(BUS, "malformed");
  }

  @Test
  void channelName_slowMessage_isSkippedAndSubscriptionStays() {
    assertSkipped(ORDERS.name(), "foreign.malformed");
  }

  private void assertSkipped(String topic, String counter) {
    Instance instance = instances.start(proxy.url());
    awaitSubscribed(BUS);
    awaitSubscribed(ORDERS.name());
    int connections = proxy.connections();
    proxy.paceToClient(PACE);

    instances.redis.command("PUBLISH", topic, SLOW);

    Awaitility.await().atMost(Instance.TIMEOUT).until(() -> instance.health(counter) == 1);
    assertThat(instance.health("reconnects")).isZero();
    assertThat(proxy.connections()).isEqualTo(connections);
  }

  private void awaitSubscribed(String topic) {
    Awaitility.await()
        .atMost(Instance.TIMEOUT)
        .until(
            () -> String.valueOf(instances.redis.command("PUBSUB", "NUMSUB", topic)),
            subscribed -> subscribed.equals("[" + topic + ", 1]"));
  }
}
