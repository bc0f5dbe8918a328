package io.greenlang.metrics.redis.internal.connection;

import java.util.HashMap;
import java.util.Map;

/**
 * The connections of one thread, one to each node that it needs, opened on demand. Not thread-safe.
 */
public final class NodeConnections implements AutoCloseable {

  private final Topology topology;
  private final RedisConnectionFactory connectionFactory;
  private final Map<NodeAddress, RedisConnection> wires = new HashMap<>();

  public NodeConnections(Topology topology, RedisConnectionFactory connectionFactory) {
    this.topology = topology;
    this.connectionFactory = connectionFactory;
  }

  /** Returns the node that currently has a key. */
  public NodeAddress nodeOf(byte[] key) throws RedisException {
    return topology.nodeOf(key);
  }

  /** Returns the connection to a node, opening it if needed. */
  public RedisConnection connection(NodeAddress node) throws RedisException {
    RedisConnection connection = wires.get(node);
    if (connection == null) {
      connection = connectionFactory.open(node);
      wires.put(node, connection);
    }
    return connection;
  }

  /**
   * Sends a command to the node that has a key. Retries once if the connection has ended since it
   * was last used, or if the key has moved.
   */
  public Object call(byte[] key, RedisCommand command, byte[]... args) throws RedisException {
    NodeAddress node = nodeOf(key);
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
  public boolean handleFailure(NodeAddress node, RedisException failure) {
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

  private void close(NodeAddress node) {
    RedisConnection connection = wires.remove(node);
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public void close() {
    wires.values().forEach(RedisConnection::close);
    wires.clear();
  }
}
