package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The transport that delivers publications to all instances, numbers them and preserves their
 * order.
 *
 * <p>A hub {@linkplain #start starts} the broker, and {@linkplain #openChannel adds} a channel
 * before it publishes on it. For each channel, added by this or another instance, the broker
 * locates the log and has the listener {@linkplain BrokerListener#onChannelOpened open} it. From
 * then on it delivers every publication of the channel.
 */
public interface Broker extends AutoCloseable {

  /**
   * Starts delivery. Returns when the channels that other instances have added are open, or are
   * found to be unavailable for now. Returns after ten seconds at the latest.
   *
   * @throws IllegalStateException if the broker was started before
   */
  void start(BrokerListener listener);

  /**
   * Adds a channel; does nothing if it was added before. The listener has opened the channel when
   * this method returns. If a log must be read first, that may take up to ten seconds. May be
   * called on any thread.
   *
   * @throws IllegalArgumentException if the listener rejects the channel
   * @throws IllegalStateException if the broker is not started, or is closed
   */
  void openChannel(Channel channel);

  /**
   * Publishes metrics. May be called on any number of threads; waits only for other publishers.
   *
   * @param channel a channel that was added
   * @param metrics at least one metric; each has a timestamp and belongs to this channel
   * @throws IllegalStateException if the broker is not started, or is closed
   */
  void publish(Channel channel, List<Metric> metrics);

  /**
   * Shares descriptions of metrics with the other instances, and with those that start later. By
   * default a broker does not share them. May be called on any thread; does not block.
   *
   * @param channel a channel that was added
   * @param descriptions descriptions of its metrics that the hub has not passed before
   * @throws IllegalStateException if the broker is not started, or is closed
   */
  default void describe(Channel channel, Collection<MetricDescription> descriptions) {}

  /**
   * Shares a revocation with all instances, and with those that start before it ends. Each listener
   * {@linkplain BrokerListener#onRevocations receives} it, that of this instance too, within two
   * seconds unless the broker's system is unavailable; then as soon as it is available again. By
   * default a broker does not share revocations. May be called on any thread; does not block.
   *
   * @throws IllegalStateException if the broker is not started, or is closed
   */
  default void revoke(Revocation revocation) {}

  /**
   * Returns the log's <em>watermark</em> in epoch milliseconds: as far as the broker knows, every
   * publication logged before it has been delivered. Windows are closed by this clock, so instances
   * differ only by their delivery latency. May be called on any thread.
   */
  long watermarkMillis();

  /**
   * Returns the archive that preserves closed windows beyond the life of this process; null if
   * there is none.
   */
  @Nullable WindowArchive archive();

  /**
   * Returns the instances that share the broker, and its health. The state is already known, so the
   * call does not block. May be called on any thread.
   */
  BrokerState state();

  /** Stops delivery. Idempotent. */
  @Override
  void close();
}
