package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/** A topology of one node: the master that the sentinels name. */
final class SentinelTopology implements Topology {

  private final RedisUri address;
  private final RedisConnectionFactory connector;
  private @Nullable HostAndPort master;

  SentinelTopology(RedisUri address, RedisConnectionFactory connector) {
    this.address = address;
    this.connector = connector;
  }

  @Override
  public HostAndPort nodeOf(int slot) throws RedisException {
    return master();
  }

  @Override
  public List<HostAndPort> nodes() throws RedisException {
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

  private synchronized HostAndPort master() throws RedisException {
    HostAndPort known = master;
    if (known == null) {
      known = querySentinels();
      master = known;
    }
    return known;
  }

  private HostAndPort querySentinels() throws RedisException {
    RedisException lastFailure = null;
    boolean replied = false;
    for (HostAndPort sentinel : address.nodes()) {
      try (RedisConnection wire = connector.openSentinel(sentinel)) {
        Object reply =
            wire.call(
                Command.SENTINEL,
                Keys.bytes("get-master-addr-by-name"),
                Keys.bytes(address.master()));
        replied = true;
        List<?> parts = Replies.list(reply);
        if (parts.size() == 2) {
          return new HostAndPort(
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
