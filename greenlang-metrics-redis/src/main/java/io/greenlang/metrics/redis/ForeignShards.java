package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions to messages of external publishers that use {@code SPUBLISH}, which only the
 * node of the channel's slot delivers. {@code PUBLISH} reaches every node of a cluster and is
 * received by {@link ForeignListener}. Thread-safe.
 */
final class ForeignShards implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ForeignShards.class);

  private final Subscribers subscribers;
  private final Nodes instances;
  private final BiConsumer<Channel, byte[]> onMessage;

  /**
   * Creates the subscriptions of a cluster, without channels.
   *
   * @param onMessage receives the messages; it must neither throw nor block
   */
  ForeignShards(
      Topology topology,
      Connector connector,
      Nodes instances,
      BiConsumer<Channel, byte[]> onMessage) {
    this.instances = instances;
    this.onMessage = onMessage;
    this.subscribers =
        new Subscribers(topology, connector, Channel::name, new Heard(), new Counters());
  }

  /** Listens to one more channel. If its node is not known yet, {@link #arrange} does it later. */
  void add(Channel channel) {
    try {
      subscribers.add(channel);
    } catch (RedisFailure e) {
      log.debug("The node of {} is not known yet", channel, e);
    }
  }

  /** Adapts to the current nodes. */
  void arrange() {
    try {
      subscribers.arrange();
    } catch (RedisFailure e) {
      log.debug("The nodes are not known", e); // the broker retries, and reports it
    }
  }

  /** Reconnects unresponsive subscriptions; see {@link Subscribers#cutDeaf}. */
  void cutDeaf(long nanos) {
    subscribers.cutDeaf(nanos);
  }

  @Override
  public void close() {
    subscribers.close();
  }

  private final class Heard implements Subscriber.Ear {
    @Override
    public void message(Channel channel, byte[] bytes) {
      onMessage.accept(channel, bytes);
    }

    @Override
    public void heartbeat(Subscriber on, byte[] bytes) {
      if (instances.isOwn(bytes)) {
        on.heard();
      }
    }

    @Override
    public void subscribed(Set<Channel> channels) {
      // earlier messages are not stored anywhere
    }

    @Override
    public void failed(RedisFailure cause) {
      // the broker reports it
      log.debug("Failed to subscribe to external publishers on a node", cause);
    }

    @Override
    public void fine() {
      // no failure was reported that could end
    }
  }
}
