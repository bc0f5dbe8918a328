package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A topology of one node: the master that the sentinels name. */
final class SentinelTopology implements Topology {

  private final RedisUri address;
  private final RedisConnectionFactory connectionFactory;
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

  /** Does nothing: the first write that the old master rejects reveals a new one. */
  @Override
  public void refresh() {
    // the next rejected write makes us query the sentinels
  }

  @Override
  public boolean isCluster() {
    return false;
  }

  private synchronized NodeAddress master() throws RedisException {
    NodeAddress known = master;
    if (known == null) {
      known = querySentinels();
      master = known;
    }
    return known;
  }

  private NodeAddress querySentinels() throws RedisException {
    RedisException lastFailure = null;
    boolean replied = false;
    for (NodeAddress sentinel : address.nodes()) {
      try (RedisConnection connection = connectionFactory.openSentinel(sentinel)) {
        Object reply =
            connection.call(
                RedisCommand.SENTINEL,
                Keys.bytes("get-master-addr-by-name"),
                Keys.bytes(address.master()));
        replied = true;
        List<?> parts = Replies.list(reply);
        if (parts.size() == 2) {
          return new NodeAddress(
              Replies.text(parts.get(0)), Math.toIntExact(Replies.number(parts.get(1))));
        }
      } catch (RedisException e) {
        lastFailure = e;
      }
    }
    if (replied || lastFailure == null) {
      throw new RedisException(
          RedisException.Kind.OTHER,
          "no sentinel of " + address.nodes() + " knows a master named " + address.master());
    }
    throw lastFailure;
  }
}
