package io.greenlang.metrics.redis;

import java.util.HashMap;
import java.util.Map;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The connections of one thread, one to each node that it needs, opened when it does. */
final class Links implements AutoCloseable {

  private final Topology topology;
  private final Connector connector;
  private final Map<HostAndPort, Wire> wires = new HashMap<>();

  Links(Topology topology, Connector connector) {
    this.topology = topology;
    this.connector = connector;
  }

  /** The node that has a key now. */
  HostAndPort nodeOf(byte[] key) throws RedisFailure {
    return topology.nodeOf(topology.isCluster() ? JedisClusterCRC16.getSlot(key) : 0);
  }

  /** A connection to a node. */
  Wire to(HostAndPort node) throws RedisFailure {
    Wire wire = wires.get(node);
    if (wire == null) {
      wire = connector.open(node);
      wires.put(node, wire);
    }
    return wire;
  }

  /**
   * Asks the node that has a key. If the connection has ended since it was last used, or the key is
   * elsewhere now, that is tried once more.
   */
  Object call(byte[] key, ProtocolCommand command, byte[]... args) throws RedisFailure {
    HostAndPort node = nodeOf(key);
    boolean fresh = !wires.containsKey(node);
    try {
      return to(node).call(command, args);
    } catch (RedisFailure e) {
      boolean again = drop(node, e) && !(fresh && e.kind() == RedisFailure.Kind.UNREACHABLE);
      if (!again) {
        throw e;
      }
    }
    node = nodeOf(key);
    try {
      return to(node).call(command, args);
    } catch (RedisFailure e) {
      drop(node, e);
      throw e;
    }
  }

  /**
   * Lets go of what a failure has made useless.
   *
   * @return whether another attempt might fare better
   */
  boolean drop(HostAndPort node, RedisFailure failure) {
    switch (failure.kind()) {
      case UNREACHABLE -> {
        close(node);
        topology.forget();
        return !failure.isTimeout();
      }
      case MOVED, READ_ONLY -> {
        close(node);
        topology.forget();
        return !(topology instanceof SingleTopology);
      }
      default -> {
        return false;
      }
    }
  }

  private void close(HostAndPort node) {
    Wire wire = wires.remove(node);
    if (wire != null) {
      wire.close();
    }
  }

  @Override
  public void close() {
    wires.values().forEach(Wire::close);
    wires.clear();
  }
}
