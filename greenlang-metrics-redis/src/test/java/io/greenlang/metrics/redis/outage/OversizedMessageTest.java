package io.greenlang.metrics.redis.outage;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.SmallHeapProcess;
import io.greenlang.metrics.redis.fixture.TestInstances;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages that are larger than the heap of an instance. */
final class OversizedMessageTest {

  private static final int HEAP_MEGABYTES = 64;
  private static final String OVERSIZED = "x".repeat((HEAP_MEGABYTES + 1) << 20);
  private static final String BUS = "greenlang:{orders.metrics}:bus";

  @RegisterExtension final TestInstances instances = new TestInstances();

  private Map<String, Double> publishAll(SmallHeapProcess small, Instance other) {
    other.publish(1);
    for (int i = 0; i < 2; i++) {
      instances.redis.command("PUBLISH", ORDERS.name(), OVERSIZED);
      instances.redis.command("PUBLISH", BUS, OVERSIZED);
      other.publish(2);
    }
    awaitValues(small, 3);
    awaitSubscribed(); // an external message is lost while no instance receives it
    instances.redis.command("PUBLISH", ORDERS.name(), "{\"queue.depth\":3}");
    awaitValues(small, 4);
    other.awaitValues(4);
    other.awaitConnected();
    assertThat(other.listener.gaps(ORDERS)).isEmpty();
    Map<String, Double> health = small.status();
    assertThat(health).containsEntry("gaps", 0.0).containsEntry("values", 4.0);
    return health;
  }

  private void awaitValues(SmallHeapProcess small, int count) {
    await().atMost(TIMEOUT).until(() -> small.status().get("values"), n -> n >= count);
  }

  private SmallHeapProcess small() {
    SmallHeapProcess small = SmallHeapProcess.start(instances.redis.url(), HEAP_MEGABYTES);
    awaitSubscribed();
    return small;
  }

  /** Waits until both instances receive from the bus, and from external publishers. */
  private void awaitSubscribed() {
    await()
        .atMost(TIMEOUT)
        .until(
            () -> String.valueOf(instances.redis.command("PUBSUB", "NUMSUB", BUS, ORDERS.name())),
            subscribed -> subscribed.equals("[" + BUS + ", 2, " + ORDERS.name() + ", 2]"));
  }

  @Test
  void publish_oversized_isSkippedAndSubscriptionStays() {
    instances.redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0");
    Instance other = instances.start();
    try (SmallHeapProcess small = small()) {
      assertThat(publishAll(small, other))
          .containsEntry("malformed", 2.0)
          .containsEntry("foreign.malformed", 2.0)
          .containsEntry("reconnects", 0.0)
          .containsEntry("connected", 1.0);
    }
  }

  /**
   * The output limit of Redis closes every connection that would have to receive such a message.
   */
  @Test
  void publish_oversizedAboveOutputLimit_reconnects() {
    Instance other = instances.start();
    try (SmallHeapProcess small = small()) {
      Map<String, Double> health = publishAll(small, other);
      assertThat(health).containsEntry("malformed", 0.0).containsEntry("foreign.malformed", 0.0);
      assertThat(health.get("reconnects")).isPositive();
    }
  }
}
