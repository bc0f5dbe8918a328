package io.greenlang.metrics.redis;

import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** A started broker, and everything it delivers. */
public final class Instance implements AutoCloseable {

  public static final Channel ORDERS = new Channel("orders.metrics");

  /** A timeout that is longer than any step takes. */
  public static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final Instant NOON = Instant.parse("2025-11-08T12:00:00.123Z");

  public final RedisBroker broker;
  public final RecordingListener journal;

  private Instance(RedisBroker broker, RecordingListener journal) {
    this.broker = broker;
    this.journal = journal;
    broker.start(journal);
    broker.openChannel(ORDERS);
  }

  /** Starts an instance with the default settings. */
  public static Instance start(String url) {
    return start(RedisBroker.builder().url(url));
  }

  public static Instance start(RedisBroker.Builder builder) {
    return start(builder, new RecordingListener());
  }

  public static Instance start(RedisBroker.Builder builder, RecordingListener journal) {
    return new Instance(builder.build(), journal);
  }

  /** Publishes one metric. */
  void publish(double value) {
    publish(ORDERS, value);
  }

  void publish(Channel channel, double value) {
    broker.publish(channel, List.of(metric(channel, value)));
  }

  public static Metric metric(Channel channel, double value) {
    return Metric.gauge(channel, "queue.depth", value, Tags.of("region", "eu")).withTimestamp(NOON);
  }

  /** Waits until so many metrics were delivered. */
  Instance awaitValues(int count) {
    return awaitValues(ORDERS, count);
  }

  Instance awaitValues(Channel channel, int count) {
    await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> journal.values(channel).size(), size -> size >= count);
    return this;
  }

  /** Waits until it is connected and has no problem. */
  Instance awaitConnected() {
    await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> broker.state().problem() == null && health("connected") == 1);
    return this;
  }

  /** Waits until it reports a problem. */
  public Instance awaitProblem() {
    await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> broker.state().problem() != null);
    return this;
  }

  List<Double> values() {
    return journal.values(ORDERS);
  }

  double health(String name) {
    return Objects.requireNonNull(broker.state().health().get(name));
  }

  @Override
  public void close() {
    broker.close();
  }
}
