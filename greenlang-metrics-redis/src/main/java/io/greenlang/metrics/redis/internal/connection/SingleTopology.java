package io.greenlang.metrics.redis.internal.connection;

import java.util.List;
import redis.clients.jedis.HostAndPort;

/** A topology of one server. */
record SingleTopology(HostAndPort node) implements Topology {

  @Override
  public HostAndPort nodeOf(int slot) {
    return node;
  }

  @Override
  public List<HostAndPort> nodes() {
    return List.of(node);
  }

  @Override
  public void invalidate() {
    // it cannot change
  }

  @Override
  public void refresh() {
    // it cannot change
  }

  @Override
  public boolean isCluster() {
    return false;
  }
}
