package io.greenlang.metrics.redis;

import java.util.HashMap;
import java.util.Map;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The connections of one thread, one to each node that it needs, opened on demand. Not thread-safe.
 */
final class Links implements AutoCloseable {

  private final Topology topology;
  private final Connector connector;
  private final Map<HostAndPort, Wire> wires = new HashMap<>();

  Links(Topology topology, Connector connector) {
    this.topology = topology;
    this.connector = connector;
  }

  /** Returns the node that currently has a key. */
  HostAndPort nodeOf(byte[] key) throws RedisFailure {
    return topology.nodeOf(topology.isCluster() ? JedisClusterCRC16.getSlot(key) : 0);
  }

  /** Returns the connection to a node, opening it if needed. */
  Wire to(HostAndPort node) throws RedisFailure {
    Wire wire = wires.get(node);
    if (wire == null) {
      wire = connector.open(node);
      wires.put(node, wire);
    }
    return wire;
  }

  /**
   * Sends a command to the node that has a key. Retries once if the connection has ended since it
   * was last used, or if the key has moved.
   */
  Object call(byte[] key, ProtocolCommand command, byte[]... args) throws RedisFailure {
    HostAndPort node = nodeOf(key);
    boolean isNew = !wires.containsKey(node);
    try {
      return to(node).call(command, args);
    } catch (RedisFailure e) {
      boolean retry = drop(node, e) && !(isNew && e.kind() == RedisFailure.Kind.UNREACHABLE);
      if (!retry) {
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
   * Closes the connection, and forgets the topology, if a failure has made them useless.
   *
   * @return whether another attempt may succeed
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
