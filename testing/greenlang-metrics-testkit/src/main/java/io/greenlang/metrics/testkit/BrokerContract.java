package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
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
 * The contract suite of {@link Broker} implementations. It checks that every publication is
 * delivered, that offsets have no gaps, and that a channel's publications are delivered one at a
 * time. Delivery may happen later and on another thread.
 */
public abstract class BrokerContract {

  private static final Channel ONE = new Channel("contract.one");
  private static final Channel TWO = new Channel("contract.two");
  private static final Instant NOON = Instant.parse("2025-11-08T12:00:00.123Z");
  private static final int PUBLISHERS = 4;
  private static final int PUBLICATIONS_PER_THREAD = 250;

  private final List<Broker> brokers = new ArrayList<>();
  private final Queue<Publication> received = new ConcurrentLinkedQueue<>();

  /** Returns a broker that is not started and whose channels have no publications. */
  protected abstract Broker create();

  /** Closes the brokers that the test created. */
  @AfterEach
  void closeBrokers() {
    brokers.forEach(Broker::close);
  }

  private Broker newBroker() {
    Broker broker = create();
    brokers.add(broker);
    return broker;
  }

  private Broker started() {
    Broker broker = newBroker();
    start(broker, received::add);
    return broker;
  }

  private static void start(Broker broker, Consumer<Publication> action) {
    broker.start(new StrictBrokerListener(action));
    broker.openChannel(ONE);
    broker.openChannel(TWO);
  }

  private static Metric metric(Channel channel, double value) {
    Tags tags = Tags.of("host", "\ud83d\udc1f\"", "empty", "");
    return new Metric(channel, "a.\u00e9", MetricType.COUNTER, value, NOON, tags);
  }

  private List<Publication> awaitReceived(int count) {
    ResourceUsage.await(() -> received.size() >= count);
    return List.copyOf(received);
  }

  private static List<Long> offsets(List<Publication> publications, Channel channel) {
    return publications.stream()
        .filter(publication -> publication.channel().equals(channel))
        .map(Publication::offset)
        .toList();
  }

  @Test
  void publish_metrics_areDeliveredUnchanged() {
    List<Metric> metrics = List.of(metric(ONE, 0.1 + 0.2), metric(ONE, -0.0), metric(ONE, 1e300));
    started().publish(ONE, metrics);

    Publication publication = awaitReceived(1).get(0);
    assertThat(publication.channel()).isEqualTo(ONE);
    assertThat(publication.metrics()).isEqualTo(metrics);
    assertThat(publication.epoch()).isNotEmpty();
  }

  @Test
  void publish_sequentially_offsetsStartAtOnePerChannel() {
    Broker broker = started();
    for (int i = 0; i < 50; i++) {
      broker.publish(ONE, List.of(metric(ONE, i)));
      broker.publish(TWO, List.of(metric(TWO, i)));
    }

    List<Publication> all = awaitReceived(100);
    for (Channel channel : List.of(ONE, TWO)) {
      List<Publication> ofChannel = all.stream().filter(p -> p.channel().equals(channel)).toList();
      for (int i = 0; i < ofChannel.size(); i++) {
        assertThat(ofChannel.get(i).offset()).isEqualTo(i + 1);
        assertThat(ofChannel.get(i).metrics()).containsExactly(metric(channel, i));
      }
      assertThat(ofChannel).extracting(Publication::epoch).containsOnly(ofChannel.get(0).epoch());
    }
  }

  @Test
  void publish_concurrently_deliversInOrderOneAtATimePerChannel() throws Exception {
    Map<Channel, AtomicInteger> active = new ConcurrentHashMap<>();
    AtomicInteger overlaps = new AtomicInteger();
    Broker broker = newBroker();
    start(
        broker,
        publication -> {
          AtomicInteger count =
              active.computeIfAbsent(publication.channel(), c -> new AtomicInteger());
          if (count.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
          }
          Thread.onSpinWait();
          received.add(publication);
          count.decrementAndGet();
        });
    publishFromManyThreads(broker);

    List<Publication> all = awaitReceived(2 * PUBLISHERS * PUBLICATIONS_PER_THREAD);
    assertThat(overlaps).hasValue(0);
    for (Channel channel : List.of(ONE, TWO)) {
      List<Long> offsets = offsets(all, channel);
      assertThat(offsets)
          .hasSize(PUBLISHERS * PUBLICATIONS_PER_THREAD)
          .isSorted()
          .doesNotHaveDuplicates();
      assertThat(offsets.get(0)).isEqualTo(1);
      assertThat(offsets.get(offsets.size() - 1)).isEqualTo(PUBLISHERS * PUBLICATIONS_PER_THREAD);
    }
  }

  private static void publishFromManyThreads(Broker broker) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(PUBLISHERS);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < PUBLISHERS; i++) {
        results.add(
            executor.submit(
                () -> {
                  for (int j = 0; j < PUBLICATIONS_PER_THREAD; j++) {
                    broker.publish(ONE, List.of(metric(ONE, j)));
                    broker.publish(TWO, List.of(metric(TWO, j)));
                  }
                }));
      }
      for (Future<?> result : results) {
        result.get(60, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void publish_listModifiedAfterwards_deliversOriginalMetrics() {
    List<Metric> metrics = new ArrayList<>(List.of(metric(ONE, 1)));
    started().publish(ONE, metrics);
    metrics.clear();

    assertThat(awaitReceived(1).get(0).metrics()).containsExactly(metric(ONE, 1));
  }

  @Test
  void publish_notStarted_throwsIllegalState() {
    Broker broker = newBroker();

    assertThatIllegalStateException()
        .isThrownBy(() -> broker.publish(ONE, List.of(metric(ONE, 1))));
  }

  @Test
  void start_calledTwice_throwsIllegalState() {
    Broker broker = started();

    assertThatIllegalStateException()
        .isThrownBy(() -> broker.start(new StrictBrokerListener(received::add)));
  }

  @Test
  void close_calledTwice_rejectsFurtherPublications() {
    Broker broker = started();
    broker.publish(ONE, List.of(metric(ONE, 1)));
    awaitReceived(1);
    broker.close();
    broker.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> broker.publish(ONE, List.of(metric(ONE, 2))));
    assertThat(received).hasSize(1);
  }

  @Test
  void close_notStarted_doesNothing() {
    newBroker().close();
  }

  /** A single instance counts itself, and answers immediately. */
  @Test
  void state_started_countsThisInstance() {
    assertThat(started().state().activeInstances()).isPositive();
  }
}
