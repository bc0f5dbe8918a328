package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what other programs publish by {@code SPUBLISH}, which only the node has that has the
 * channel's slot. {@code PUBLISH} reaches every node of a cluster, and is heard elsewhere. Any
 * thread.
 */
final class ForeignShards implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ForeignShards.class);

  private final Subscribers subscribers;
  private final Nodes nodes;
  private final BiConsumer<Channel, byte[]> hear;

  /** Those of a cluster, no channel as yet. {@code hear} must not throw nor block. */
  ForeignShards(
      Topology topology, Connector connector, Nodes nodes, BiConsumer<Channel, byte[]> hear) {
    this.nodes = nodes;
    this.hear = hear;
    this.subscribers =
        new Subscribers(topology, connector, Channel::name, new Heard(), new Counters());
  }

  /** Listens to one more; if its node is not known now, {@link #arrange} does it. */
  void add(Channel channel) {
    try {
      subscribers.add(channel);
    } catch (RedisFailure e) {
      log.debug("the node of {} is not known yet", channel, e);
    }
  }

  /** Looks at the nodes that there are now. */
  void arrange() {
    try {
      subscribers.arrange();
    } catch (RedisFailure e) {
      log.debug("the nodes are not known", e); // the broker asks again, and tells of it
    }
  }

  /** As {@link Subscribers#cutDeaf}. */
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
      hear.accept(channel, bytes);
    }

    @Override
    public void heartbeat(Subscriber on, byte[] bytes) {
      if (nodes.isOwn(bytes)) {
        on.heard();
      }
    }

    @Override
    public void subscribed(Set<Channel> channels) {
      // what was said before is nowhere to be had
    }

    @Override
    public void failed(RedisFailure why) {
      log.debug("what other programs publish on a node is not heard", why); // the broker tells
    }

    @Override
    public void fine() {
      // nothing was told that would be over
    }
  }
}
