package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.membership.InstanceRegistry;
import io.greenlang.metrics.redis.internal.subscribe.NodeSubscribers;
import io.greenlang.metrics.redis.internal.subscribe.TopicSubscriber;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions to messages of external publishers that use {@code SPUBLISH}, which only the
 * node of the channel's slot delivers. {@code PUBLISH} reaches every node of a cluster and is
 * received by {@link ExternalListener}. Thread-safe.
 */
final class ExternalShards implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ExternalShards.class);

  private final NodeSubscribers subscribers;
  private final InstanceRegistry instances;
  private final BiConsumer<Channel, byte[]> onMessage;

  /**
   * Creates the subscriptions of a cluster, without channels.
   *
   * @param onMessage receives the messages; it must neither throw nor block
   */
  ExternalShards(
      BrokerContext context, InstanceRegistry instances, BiConsumer<Channel, byte[]> onMessage) {
    this.instances = instances;
    this.onMessage = onMessage;
    this.subscribers = new NodeSubscribers(context, Channel::name, new ShardListener());
  }

  /** Listens to one more channel. If its node is not known yet, {@link #refresh} does it later. */
  void add(Channel channel) {
    try {
      subscribers.add(channel);
    } catch (RedisException e) {
      log.debug("The node of {} is not known yet", channel, e);
    }
  }

  /** Adapts to the current nodes. */
  void refresh() {
    try {
      subscribers.refresh();
    } catch (RedisException e) {
      log.debug("The nodes are not known", e); // the broker retries, and reports it
    }
  }

  /** Reconnects unresponsive subscriptions; see {@link NodeSubscribers#reconnectUnresponsive}. */
  void reconnectUnresponsive(long nanos) {
    subscribers.reconnectUnresponsive(nanos);
  }

  @Override
  public void close() {
    subscribers.close();
  }

  private final class ShardListener implements TopicSubscriber.Listener {
    @Override
    public void onMessage(Channel channel, byte[] bytes) {
      onMessage.accept(channel, bytes);
    }

    @Override
    public void onHeartbeat(TopicSubscriber subscriber, byte[] bytes) {
      if (instances.isOwn(bytes)) {
        subscriber.recordHeartbeat();
      }
    }

    @Override
    public void onChannelsSubscribed(Set<Channel> channels) {
      // earlier messages are not stored anywhere
    }

    @Override
    public void onFailure(RedisException cause) {
      // the broker reports it
      log.debug("Failed to subscribe to external publishers on a node", cause);
    }

    @Override
    public void onSubscribed() {
      // no failure was reported that could end
    }

    @Override
    public void onDisconnected() {
      // only subscriptions to the bus are counted
    }
  }
}
