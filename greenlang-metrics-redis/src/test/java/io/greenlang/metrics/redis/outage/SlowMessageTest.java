package io.greenlang.metrics.redis.outage;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.redis.rig.FaultProxy;
import java.time.Duration;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages whose bytes arrive for longer than an instance tolerates silence. */
final class SlowMessageTest {

  private static final String SLOW = "x".repeat(3 << 20);
  private static final String BUS = "greenlang:{orders.metrics}:bus";

  /** The message has at least 192 pieces of 16 KiB, which arrive in 5.7 s. */
  private static final Duration PACE = Duration.ofMillis(30);

  /** An instance tolerates silence for this time, and up to 2 s more. */
  private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(2);

  private static final Pattern CLIENT_ID = Pattern.compile("(?m)^id=\\d+");

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
    Instance instance = instances.start(Instance.builder(proxy.url()).timeout(REDIS_TIMEOUT));
    awaitSubscribed(BUS);
    awaitSubscribed(ORDERS.name());
    Set<String> subscriptions = subscriptions();
    proxy.paceToClient(PACE);

    instances.redis.command("PUBLISH", topic, SLOW);

    Awaitility.await().atMost(Instance.TIMEOUT).until(() -> instance.health(counter) == 1);
    assertThat(instance.health("reconnects")).isZero();
    assertThat(subscriptions()).hasSize(2).isEqualTo(subscriptions);
  }

  /**
   * Returns the ids by which Redis knows the subscribed connections. It lists them in any order.
   */
  private Set<String> subscriptions() {
    String clients = String.valueOf(instances.redis.command("CLIENT", "LIST", "TYPE", "pubsub"));
    return CLIENT_ID.matcher(clients).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  private void awaitSubscribed(String topic) {
    Awaitility.await()
        .atMost(Instance.TIMEOUT)
        .until(
            () -> String.valueOf(instances.redis.command("PUBSUB", "NUMSUB", topic)),
            subscribed -> subscribed.equals("[" + topic + ", 1]"));
  }
}
