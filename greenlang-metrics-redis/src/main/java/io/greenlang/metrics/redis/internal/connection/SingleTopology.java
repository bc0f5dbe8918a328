package io.greenlang.metrics.redis.internal.connection;

import java.util.List;

/** A topology of one server. */
record SingleTopology(NodeAddress node) implements Topology {

  @Override
  public NodeAddress nodeOf(byte[] key) {
    return node;
  }

  @Override
  public List<NodeAddress> nodes() {
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
