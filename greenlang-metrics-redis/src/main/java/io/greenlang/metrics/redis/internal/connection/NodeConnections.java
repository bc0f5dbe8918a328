package io.greenlang.metrics.redis.internal.connection;

import java.util.HashMap;
import java.util.Map;

/**
 * The connections of one thread, one to each node that it needs, opened on demand. Not thread-safe.
 */
public final class NodeConnections implements AutoCloseable {

  private final Topology topology;
  private final RedisConnectionFactory connectionFactory;
  private final Map<NodeAddress, RedisConnection> connections = new HashMap<>();

  /** Creates connections, none of which is open. */
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
    RedisConnection connection = connections.get(node);
    if (connection == null) {
      connection = connectionFactory.open(node);
      connections.put(node, connection);
    }
    return connection;
  }

  /**
   * Sends a command to the node that has a key. Retries once if the connection has ended since it
   * was last used, or if the key has moved.
   */
  public Object call(byte[] key, RedisCommand command, byte[]... args) throws RedisException {
    NodeAddress node = nodeOf(key);
    boolean isNew = !connections.containsKey(node);
    try {
      return connection(node).call(command, args);
    } catch (RedisException e) {
      boolean mayRecover = handleFailure(node, e);
      if (!mayRecover || (isNew && e.kind() == RedisException.Kind.UNREACHABLE)) {
        throw e;
      }
    }
    return callOnce(nodeOf(key), command, args);
  }

  private Object callOnce(NodeAddress node, RedisCommand command, byte[]... args)
      throws RedisException {
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
    boolean isUnreachable = failure.kind() == RedisException.Kind.UNREACHABLE;
    boolean isWrongNode =
        failure.kind() == RedisException.Kind.MOVED
            || failure.kind() == RedisException.Kind.READ_ONLY;
    if (isUnreachable || isWrongNode) {
      close(node);
      topology.invalidate();
    }
    return (isUnreachable && !failure.isTimeout())
        || (isWrongNode && !(topology instanceof SingleTopology));
  }

  private void close(NodeAddress node) {
    RedisConnection connection = connections.remove(node);
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public void close() {
    connections.values().forEach(RedisConnection::close);
    connections.clear();
  }
}
