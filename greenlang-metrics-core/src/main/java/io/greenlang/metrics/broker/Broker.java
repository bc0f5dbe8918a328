package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries publications to every instance, numbers them, and keeps their order.
 *
 * <p>A hub {@linkplain #start starts} it, and {@linkplain #add adds} a channel before it publishes
 * on it. For each channel, added here or by another instance, the broker finds the log, has the
 * receiver {@linkplain BrokerReceiver#open open} it, and from then on hands over each publication.
 */
public interface Broker extends AutoCloseable {

  /**
   * Begins to deliver. Returns when the channels that others have added are open, or when it is
   * clear that this cannot be now; after ten seconds at the latest.
   *
   * @throws IllegalStateException if the broker was started before
   */
  void start(BrokerReceiver receiver);

  /**
   * Makes a channel known; nothing happens if it is. When this returns, the receiver has opened the
   * channel. For a log that must be read first, that may take up to ten seconds; any thread.
   *
   * @throws IllegalArgumentException if the receiver refuses the channel
   * @throws IllegalStateException if the broker is not started, or closed
   */
  void add(Channel channel);

  /**
   * Publishes. Any thread, any number of threads. Does not wait for anything but other publishers.
   *
   * @param channel a channel that was added
   * @param metrics at least one, each with a timestamp, all of this channel
   * @throws IllegalStateException if the broker is not started, or closed
   */
  void publish(Channel channel, List<Metric> metrics);

  /**
   * The log's time, in milliseconds since 1970: no publication that was logged before it is still
   * to come, as far as the broker can know. Windows are closed by it, so it is the same on every
   * instance but for what delivery takes. Any thread.
   */
  long logMillis();

  /** Where closed windows are kept beyond the life of this process; null if nowhere. */
  @Nullable WindowArchive archive();

  /** Who shares it and how it fares: what is known already, so it does not block. Any thread. */
  BrokerState state();

  /** Stops delivering. Idempotent. */
  @Override
  void close();
}
