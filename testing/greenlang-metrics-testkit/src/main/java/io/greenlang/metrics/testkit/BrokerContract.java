package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.Publication;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Broker} keeps: all that is published comes, numbered without holes, one after
 * the other within its channel. It may come later and on another thread.
 */
public abstract class BrokerContract {

  private static final Channel ONE = new Channel("contract.one");
  private static final Channel TWO = new Channel("contract.two");
  private static final Instant NOON = Instant.parse("2025-11-08T12:00:00.123Z");
  private static final int PUBLISHERS = 4;
  private static final int EACH = 250;

  private final List<Broker> made = new ArrayList<>();
  private final Queue<Publication> received = new ConcurrentLinkedQueue<>();

  /** A broker that is not started, with nothing published on its channels before. */
  protected abstract Broker create();

  /** Closes what the test made. */
  @AfterEach
  void closeBrokers() {
    made.forEach(Broker::close);
  }

  private Broker made() {
    Broker broker = create();
    made.add(broker);
    return broker;
  }

  private Broker started() {
    Broker broker = made();
    begin(broker, received::add);
    return broker;
  }

  private static void begin(Broker broker, Consumer<Publication> action) {
    broker.start(new ContractReceiver(action));
    broker.add(ONE);
    broker.add(TWO);
  }

  private static Metric metric(Channel channel, double value) {
    Tags tags = Tags.of("host", "\ud83d\udc1f\"", "empty", "");
    return new Metric(channel, "a.\u00e9", MetricType.COUNTER, value, NOON, tags);
  }

  private List<Publication> receive(int count) {
    await().atMost(Duration.ofSeconds(10)).until(() -> received.size() >= count);
    return List.copyOf(received);
  }

  private static List<Long> offsets(List<Publication> publications, Channel channel) {
    return publications.stream()
        .filter(publication -> publication.channel().equals(channel))
        .map(Publication::offset)
        .toList();
  }

  @Test
  void publish_metrics_comeAsTheyWere() {
    List<Metric> metrics = List.of(metric(ONE, 0.1 + 0.2), metric(ONE, -0.0), metric(ONE, 1e300));
    started().publish(ONE, metrics);

    Publication publication = receive(1).get(0);
    assertThat(publication.channel()).isEqualTo(ONE);
    assertThat(publication.metrics()).isEqualTo(metrics);
    assertThat(publication.epoch()).isNotEmpty();
  }

  @Test
  void publish_oneAfterTheOther_numberedFromOneInEachChannel() {
    Broker broker = started();
    for (int i = 0; i < 50; i++) {
      broker.publish(ONE, List.of(metric(ONE, i)));
      broker.publish(TWO, List.of(metric(TWO, i)));
    }

    List<Publication> all = receive(100);
    for (Channel channel : List.of(ONE, TWO)) {
      List<Publication> its = all.stream().filter(p -> p.channel().equals(channel)).toList();
      for (int i = 0; i < its.size(); i++) {
        assertThat(its.get(i).offset()).isEqualTo(i + 1);
        assertThat(its.get(i).metrics()).containsExactly(metric(channel, i));
      }
      assertThat(its).extracting(Publication::epoch).containsOnly(its.get(0).epoch());
    }
  }

  @Test
  void publish_manyThreads_oneAtATimeWithinAChannelAndInOrder() throws Exception {
    Map<Channel, AtomicInteger> inside = new ConcurrentHashMap<>();
    AtomicInteger overlaps = new AtomicInteger();
    Broker broker = made();
    begin(
        broker,
        publication -> {
          AtomicInteger count =
              inside.computeIfAbsent(publication.channel(), c -> new AtomicInteger());
          if (count.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
          }
          Thread.onSpinWait();
          received.add(publication);
          count.decrementAndGet();
        });
    publishFromManyThreads(broker);

    List<Publication> all = receive(2 * PUBLISHERS * EACH);
    assertThat(overlaps).hasValue(0);
    for (Channel channel : List.of(ONE, TWO)) {
      List<Long> offsets = offsets(all, channel);
      assertThat(offsets).hasSize(PUBLISHERS * EACH).isSorted().doesNotHaveDuplicates();
      assertThat(offsets.get(0)).isEqualTo(1);
      assertThat(offsets.get(offsets.size() - 1)).isEqualTo(PUBLISHERS * EACH);
    }
  }

  private static void publishFromManyThreads(Broker broker) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < PUBLISHERS; i++) {
        done.add(
            threads.submit(
                () -> {
                  for (int j = 0; j < EACH; j++) {
                    broker.publish(ONE, List.of(metric(ONE, j)));
                    broker.publish(TWO, List.of(metric(TWO, j)));
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void publish_listChangedAfterwards_isNoticedByNobody() {
    List<Metric> metrics = new ArrayList<>(List.of(metric(ONE, 1)));
    started().publish(ONE, metrics);
    metrics.clear();

    assertThat(receive(1).get(0).metrics()).containsExactly(metric(ONE, 1));
  }

  @Test
  void publish_notStarted_refused() {
    Broker broker = made();

    assertThatIllegalStateException()
        .isThrownBy(() -> broker.publish(ONE, List.of(metric(ONE, 1))));
  }

  @Test
  void start_twice_refused() {
    Broker broker = started();

    assertThatIllegalStateException()
        .isThrownBy(() -> broker.start(new ContractReceiver(received::add)));
  }

  @Test
  void close_twice_nothingMoreIsPublished() {
    Broker broker = started();
    broker.publish(ONE, List.of(metric(ONE, 1)));
    receive(1);
    broker.close();
    broker.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> broker.publish(ONE, List.of(metric(ONE, 2))));
    assertThat(received).hasSize(1);
  }

  @Test
  void close_notStarted_isQuiet() {
    made().close();
  }

  /** One that is alone knows itself, and answers at once. */
  @Test
  void state_started_countsThisNode() {
    assertThat(started().state().activeNodes()).isPositive();
  }
}
