package io.greenlang.metrics.redis.internal.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TopicSetTest {

  private static final Channel ORDERS = new Channel("orders.metrics");
  private static final Channel LATE = new Channel("late.metrics");

  private final TopicSet topics = new TopicSet();

  @Test
  void acknowledge_lastTopic_completesWithAllChannels() {
    topics.add("heartbeat", null);
    topics.add("orders", ORDERS);

    assertThat(topics.acknowledge("orders")).isEmpty();
    assertThat(topics.isComplete()).isFalse();
    assertThat(topics.acknowledge("heartbeat")).containsExactly(ORDERS);
    assertThat(topics.isComplete()).isTrue();
  }

  @Test
  void acknowledge_topicAddedLater_returnsItsChannelOnly() {
    topics.add("orders", ORDERS);
    topics.acknowledge("orders");
    topics.add("late", LATE);

    assertThat(topics.unacknowledged()).containsExactly(LATE);
    assertThat(topics.acknowledge("late")).containsExactly(LATE);
    assertThat(topics.unacknowledged()).isEmpty();
  }

  @Test
  void acknowledge_removedTopic_isNull() {
    topics.add("orders", ORDERS);

    assertThat(topics.remove("orders")).isTrue();
    assertThat(topics.remove("orders")).isFalse();
    assertThat(topics.acknowledge("orders")).isNull();
    assertThat(topics.find("orders")).isNull();
  }

  @Test
  void add_knownTopic_isNotNew() {
    assertThat(topics.add("orders", ORDERS)).isTrue();
    assertThat(topics.add("orders", ORDERS)).isFalse();
    assertThat(topics.find("orders")).isEqualTo(new TopicSet.Topic("orders", ORDERS));
  }

  @Test
  void onDisconnected_completeSet_isIncompleteFromThen() {
    topics.add("orders", ORDERS);
    topics.acknowledge("orders");
    long before = System.nanoTime();
    assertThat(topics.incompleteSinceNanos(7)).isEqualTo(7);

    topics.onDisconnected();

    assertThat(topics.isComplete()).isFalse();
    assertThat(topics.unacknowledged()).containsExactly(ORDERS);
    assertThat(topics.incompleteSinceNanos(7)).isBetween(before, System.nanoTime());
  }

  @Test
  void awaitAcknowledged_closed_returnsFalse() throws Exception {
    topics.add("orders", ORDERS);
    AtomicBoolean acknowledged = new AtomicBoolean(true);
    CountDownLatch done = new CountDownLatch(1);
    Thread waiting =
        new Thread(
            () -> {
              try {
                acknowledged.set(topics.awaitAcknowledged("orders", 60_000));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              done.countDown();
            });
    waiting.start();

    topics.close();

    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(acknowledged).isFalse();
  }
}
