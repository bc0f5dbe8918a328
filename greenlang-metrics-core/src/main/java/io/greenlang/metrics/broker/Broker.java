package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import java.util.List;
import java.util.function.Consumer;

/** Carries publications to every instance, numbers them, and keeps their order. */
public interface Broker extends AutoCloseable {

  /**
   * Begins to deliver. The receiver is called with each publication of every instance, this one's
   * own among them, in the order of their offsets within a channel and by one thread at a time
   * within a channel. It does not block and does not throw.
   *
   * @throws IllegalStateException if the broker was started before
   */
  void start(Consumer<Publication> receiver);

  /**
   * Publishes. Any thread, any number of threads.
   *
   * @param metrics at least one, each with a timestamp, all of this channel
   * @throws IllegalStateException if the broker is not started, or closed
   */
  void publish(Channel channel, List<Metric> metrics);

  /** Who shares it and how it fares: what is known already, so it does not block. Any thread. */
  BrokerState state();

  /** Stops delivering. Idempotent. */
  @Override
  void close();
}
