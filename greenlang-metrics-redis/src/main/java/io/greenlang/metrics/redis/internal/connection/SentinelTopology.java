package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A topology of one node: the master that the sentinels name. */
final class SentinelTopology implements Topology {

  private final RedisUri address;
  private final RedisConnectionFactory connectionFactory;
  private final QueryThrottle throttle = new QueryThrottle();
  private @Nullable NodeAddress master;

  SentinelTopology(RedisUri address, RedisConnectionFactory connectionFactory) {
    this.address = address;
    this.connectionFactory = connectionFactory;
  }

  @Override
  public NodeAddress nodeOf(byte[] key) throws RedisException {
    return master();
  }

  @Override
  public List<NodeAddress> nodes() throws RedisException {
    return List.of(master());
  }

  @Override
  public synchronized void invalidate() {
    master = null;
  }

  /** Does nothing: the next rejected write triggers a query of the sentinels. */
  @Override
  public void refresh() {
    // a rejected write invalidates the master
  }

  @Override
  public boolean isCluster() {
    return false;
  }

  private synchronized NodeAddress master() throws RedisException {
    NodeAddress known = master;
    if (known == null) {
      known = throttle.run(this::querySentinels);
      master = known;
    }
    return known;
  }

  private NodeAddress querySentinels() throws RedisException {
    RedisException lastFailure = null;
    boolean replied = false;
    for (NodeAddress sentinel : address.nodes()) {
      try {
        NodeAddress found = query(sentinel);
        if (found != null) {
          return found;
        }
        replied = true;
      } catch (RedisException e) {
        lastFailure = e;
      }
    }
    throw replied || lastFailure == null ? unknownMaster() : lastFailure;
  }

  /** Asks a sentinel for the master; returns null if it has no master of that name. */
  private @Nullable NodeAddress query(NodeAddress sentinel) throws RedisException {
    byte[] question = Keys.bytes("get-master-addr-by-name");
    try (RedisConnection connection = connectionFactory.openSentinel(sentinel)) {
      List<?> parts =
          Replies.list(
              connection.call(RedisCommand.SENTINEL, question, Keys.bytes(address.master())));
      return parts.size() == 2
          ? new NodeAddress(
              Replies.text(parts.get(0)), Math.toIntExact(Replies.number(parts.get(1))))
          : null;
    }
  }

  private RedisException unknownMaster() {
    return new RedisException(
        RedisException.Kind.OTHER,
        "no sentinel of " + address.nodes() + " knows a master named " + address.master());
  }
}
