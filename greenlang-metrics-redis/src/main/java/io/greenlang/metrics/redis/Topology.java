package io.greenlang.metrics.redis;

import java.util.List;
import redis.clients.jedis.HostAndPort;

/** Which node has what. Any thread; it may have to ask, which takes seconds if nobody answers. */
interface Topology {

  /** The node that has a slot now, as far as is known. */
  HostAndPort nodeOf(int slot) throws RedisFailure;

  /** Each node that has slots: one, unless it is a cluster. */
  List<HostAndPort> nodes() throws RedisFailure;

  /** Forgets what is known, so that it is asked again. */
  void forget();

  /** Asks anew, if it could have changed unnoticed; meanwhile others go by what was known. */
  void refresh() throws RedisFailure;

  /** Whether topics lie in slots, as keys do. */
  boolean isCluster();

  /** What finds its way at an address. */
  static Topology of(RedisAddress address, Connector connector) {
    return switch (address.kind()) {
      case SINGLE -> new SingleTopology(address.nodes().get(0));
      case SENTINEL -> new SentinelTopology(address, connector);
      case CLUSTER -> new ClusterTopology(address, connector);
    };
  }
}
