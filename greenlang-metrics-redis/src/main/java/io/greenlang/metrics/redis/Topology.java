package io.greenlang.metrics.redis;

import java.util.List;
import redis.clients.jedis.HostAndPort;

/**
 * The assignment of slots to nodes. Thread-safe. Methods may query Redis, which takes seconds if no
 * node replies.
 */
interface Topology {

  /** Returns the node that has a slot, as far as is known. */
  HostAndPort nodeOf(int slot) throws RedisFailure;

  /** Returns each node that has slots: one, unless it is a cluster. */
  List<HostAndPort> nodes() throws RedisFailure;

  /** Discards the known assignment, so that the next use queries it again. */
  void forget();

  /**
   * Queries the assignment again, if it could have changed unnoticed. Meanwhile, other threads use
   * the known one.
   */
  void refresh() throws RedisFailure;

  /** Returns whether topics, like keys, belong to slots. */
  boolean isCluster();

  /** Creates the topology for an address. */
  static Topology of(RedisAddress address, Connector connector) {
    return switch (address.kind()) {
      case SINGLE -> new SingleTopology(address.nodes().get(0));
      case SENTINEL -> new SentinelTopology(address, connector);
      case CLUSTER -> new ClusterTopology(address, connector);
    };
  }
}
