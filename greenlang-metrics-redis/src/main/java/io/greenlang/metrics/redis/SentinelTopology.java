package io.greenlang.metrics.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/** A topology of one node: the master that the sentinels name. */
final class SentinelTopology implements Topology {

  private final RedisAddress address;
  private final Connector connector;
  private @Nullable HostAndPort master;

  SentinelTopology(RedisAddress address, Connector connector) {
    this.address = address;
    this.connector = connector;
  }

  @Override
  public HostAndPort nodeOf(int slot) throws RedisFailure {
    return master();
  }

  @Override
  public List<HostAndPort> nodes() throws RedisFailure {
    return List.of(master());
  }

  @Override
  public synchronized void forget() {
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

  private synchronized HostAndPort master() throws RedisFailure {
    HostAndPort known = master;
    if (known == null) {
      known = querySentinels();
      master = known;
    }
    return known;
  }

  private HostAndPort querySentinels() throws RedisFailure {
    RedisFailure lastFailure = null;
    boolean replied = false;
    for (HostAndPort sentinel : address.nodes()) {
      try (Wire wire = connector.openSentinel(sentinel)) {
        Object reply =
            wire.call(
                Command.SENTINEL,
                Keys.bytes("get-master-addr-by-name"),
                Keys.bytes(address.master()));
        replied = true;
        List<?> parts = Answers.list(reply);
        if (parts.size() == 2) {
          return new HostAndPort(
              Answers.text(parts.get(0)), Math.toIntExact(Answers.number(parts.get(1))));
        }
      } catch (RedisFailure e) {
        lastFailure = e;
      }
    }
    if (replied || lastFailure == null) {
      throw new RedisFailure(
          RedisFailure.Kind.OTHER,
          "no sentinel of " + address.nodes() + " knows a master named " + address.master());
    }
    throw lastFailure;
  }
}
