package io.greenlang.metrics.redis.internal.publish;

import static io.greenlang.metrics.redis.fixture.Instance.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisUri;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue.Batch;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue.QueuedPublication;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PublishQueueTest {

  private static final int MAX_PUBLICATIONS = 3;

  private final BrokerCounters counters = new BrokerCounters();
  private final List<String> events = new ArrayList<>();
  private final PublishQueue publishQueue =
      new PublishQueue(
          new RedisBrokerConfig(
              RedisUri.parse("redis://127.0.0.1"),
              null,
              Duration.ofSeconds(1),
              "own",
              Duration.ofHours(1),
              1 << 20,
              1 << 20,
              64 << 20,
              MAX_PUBLICATIONS,
              1 << 20,
              true),
          counters,
          new PublishQueue.Listener() {
            @Override
            public void onLocalPublications(ChannelPublishQueue queue) {
              events.add("local " + queue.channel());
            }

            @Override
            public void onRejoined(ChannelPublishQueue queue) {
              events.add("rejoined " + queue.channel());
            }
          });
  private final ChannelPublishQueue queue = publishQueue.queueOf(ORDERS);

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      publishQueue.add(queue, List.of(Instance.metric(ORDERS, i)));
    }
  }

  private Batch nextBatch() throws InterruptedException {
    return publishQueue.awaitBatches().get(0);
  }

  @Test
  void add_largePublication_isSplitInOrder() throws InterruptedException {
    List<Metric> metrics =
        IntStream.range(0, 60_000).mapToObj(n -> Instance.metric(ORDERS, n)).toList();
    publishQueue.add(queue, metrics);

    Batch batch = nextBatch();
    assertThat(publishQueue.publications()).isBetween(2, MAX_PUBLICATIONS);
    assertThat(batch.publications().get(0).publisherSequence()).isOne();
    assertThat(batch.publications().get(0).count()).isLessThanOrEqualTo(30_000);
  }

  @Test
  void add_aboveLimit_dropsOldestAndCounts() throws InterruptedException {
    add(MAX_PUBLICATIONS + 2);

    assertThat(nextBatch().publications())
        .extracting(QueuedPublication::publisherSequence)
        .containsExactly(3L, 4L, 5L);
    TreeMap<String, Double> figures = new TreeMap<>();
    counters.addHealth(figures);
    assertThat(figures).containsEntry("dropped", 2.0);
  }

  @Test
  void onLogged_batch_isRemoved() throws InterruptedException {
    add(2);
    publishQueue.onLogged(nextBatch());

    assertThat(publishQueue.publications()).isZero();
    assertThat(publishQueue.bytes()).isZero();
    assertThat(publishQueue.isFollowingLog(queue)).isTrue();
    assertThat(events).isEmpty();
  }

  @Test
  void onRejected_thenLogged_passesThroughLocalMode() throws InterruptedException {
    add(1);
    publishQueue.onRejected(nextBatch());
    assertThat(publishQueue.isAnyLocal()).isTrue();
    assertThat(publishQueue.publications()).isOne();

    publishQueue.retry();
    publishQueue.onLogged(nextBatch());

    assertThat(publishQueue.isAnyLocal()).isFalse();
    assertThat(events).containsExactly("local orders.metrics", "rejoined orders.metrics");
  }

  @Test
  void add_closed_throws() {
    publishQueue.close(0);
    assertThatIllegalStateException().isThrownBy(() -> add(1)).withMessage("the broker is closed");
  }
}
