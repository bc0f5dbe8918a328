package io.greenlang.metrics.redis.internal.connection;

import java.util.List;

/**
 * The assignment of slots to nodes. Thread-safe. Methods may query Redis, which takes seconds if no
 * node replies.
 */
public interface Topology {

  /** Returns the node that has a key or topic, as far as is known. */
  NodeAddress nodeOf(byte[] key) throws RedisException;

  /** Returns each node that has slots: one, unless it is a cluster. */
  List<NodeAddress> nodes() throws RedisException;

  /** Discards the known assignment, so that the next use queries it again. */
  void invalidate();

  /**
   * Queries the assignment again, if it could have changed unnoticed. Meanwhile, other threads use
   * the known one.
   */
  void refresh() throws RedisException;

  /** Returns whether topics, like keys, belong to slots. */
  boolean isCluster();

  /** Creates the topology for an address. */
  static Topology of(RedisUri address, RedisConnectionFactory connectionFactory) {
    return switch (address.kind()) {
      case SINGLE -> new SingleTopology(address.nodes().get(0));
      case SENTINEL -> new SentinelTopology(address, connectionFactory);
      case CLUSTER -> new ClusterTopology(address, connectionFactory);
    };
  }
}
