package io.greenlang.metrics.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/** The one master that sentinels name. */
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

  /** Another master is noticed at the first write that the old one refuses. */
  @Override
  public void refresh() {
    // there is no need to ask
  }

  @Override
  public boolean isCluster() {
    return false;
  }

  private synchronized HostAndPort master() throws RedisFailure {
    HostAndPort known = master;
    if (known == null) {
      known = ask();
      master = known;
    }
    return known;
  }

  private HostAndPort ask() throws RedisFailure {
    RedisFailure last = null;
    boolean answered = false;
    for (HostAndPort sentinel : address.nodes()) {
      try (Wire wire = connector.openSentinel(sentinel)) {
        Object answer =
            wire.call(
                Command.SENTINEL,
                Keys.bytes("get-master-addr-by-name"),
                Keys.bytes(address.master()));
        answered = true;
        List<?> parts = Answers.list(answer);
        if (parts.size() == 2) {
          return new HostAndPort(
              Answers.text(parts.get(0)), Math.toIntExact(Answers.number(parts.get(1))));
        }
      } catch (RedisFailure e) {
        last = e;
      }
    }
    if (answered || last == null) {
      throw new RedisFailure(
          RedisFailure.Kind.OTHER,
          "no sentinel of " + address.nodes() + " knows a master called " + address.master());
    }
    throw last;
  }
}
