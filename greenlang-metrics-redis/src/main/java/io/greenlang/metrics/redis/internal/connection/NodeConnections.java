package io.greenlang.metrics.redis.internal.connection;

import java.util.HashMap;
import java.util.Map;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The connections of one thread, one to each node that it needs, opened on demand. Not thread-safe.
 */
public final class NodeConnections implements AutoCloseable {

  private final Topology topology;
  private final RedisConnectionFactory connector;
  private final Map<HostAndPort, RedisConnection> wires = new HashMap<>();

  public NodeConnections(Topology topology, RedisConnectionFactory connector) {
    this.topology = topology;
    this.connector = connector;
  }

  /** Returns the node that currently has a key. */
  public HostAndPort nodeOf(byte[] key) throws RedisException {
    return topology.nodeOf(topology.isCluster() ? JedisClusterCRC16.getSlot(key) : 0);
  }

  /** Returns the connection to a node, opening it if needed. */
  public RedisConnection connection(HostAndPort node) throws RedisException {
    RedisConnection wire = wires.get(node);
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
  public Object call(byte[] key, ProtocolCommand command, byte[]... args) throws RedisException {
    HostAndPort node = nodeOf(key);
    boolean isNew = !wires.containsKey(node);
    try {
      return connection(node).call(command, args);
    } catch (RedisException e) {
      boolean retry =
          handleFailure(node, e) && !(isNew && e.kind() == RedisException.Kind.UNREACHABLE);
      if (!retry) {
        throw e;
      }
    }
    node = nodeOf(key);
    try {
      return connection(node).call(command, args);
    } catch (RedisException e) {
      handleFailure(node, e);
      throw e;
    }
  }

  /**
   * Closes the connection, and forgets the topology, if a failure has made them useless.
   *
   * @return whether another attempt may succeed
   */
  public boolean handleFailure(HostAndPort node, RedisException failure) {
    switch (failure.kind()) {
      case UNREACHABLE -> {
        close(node);
        topology.invalidate();
        return !failure.isTimeout();
      }
      case MOVED, READ_ONLY -> {
        close(node);
        topology.invalidate();
        return !(topology instanceof SingleTopology);
      }
      default -> {
        return false;
      }
    }
  }

  private void close(HostAndPort node) {
    RedisConnection wire = wires.remove(node);
    if (wire != null) {
      wire.close();
    }
  }

  @Override
  public void close() {
    wires.values().forEach(RedisConnection::close);
    wires.clear();
  }
}
