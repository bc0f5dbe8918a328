package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The masters of a cluster, and their slots. */
final class ClusterTopology implements Topology {

  /** A range of slots; the map holds it by its first one. */
  private record Range(int last, NodeAddress node) {}

  private volatile List<NodeAddress> seeds;
  private final RedisConnectionFactory connectionFactory;
  private final QueryThrottle throttle = new QueryThrottle();
  private volatile @Nullable NavigableMap<Integer, Range> ranges;

  ClusterTopology(RedisUri address, RedisConnectionFactory connectionFactory) {
    this.seeds = address.nodes();
    this.connectionFactory = connectionFactory;
  }

  @Override
  public NodeAddress nodeOf(byte[] key) throws RedisException {
    int slot = JedisClusterCRC16.getSlot(key);
    var range = ranges().floorEntry(slot);
    if (range == null || range.getValue().last() < slot) {
      invalidate();
      throw new RedisException(
          RedisException.Kind.MOVED, "no node of the Redis cluster has slot " + slot);
    }
    return range.getValue().node();
  }

  @Override
  public List<NodeAddress> nodes() throws RedisException {
    return ranges().values().stream().map(Range::node).distinct().toList();
  }

  @Override
  public void invalidate() {
    ranges = null;
  }

  @Override
  public void refresh() throws RedisException {
    ranges = querySlots();
  }

  @Override
  public boolean isCluster() {
    return true;
  }

  private NavigableMap<Integer, Range> ranges() throws RedisException {
    NavigableMap<Integer, Range> known = ranges;
    if (known == null) {
      synchronized (this) { // one thread queries; the others wait for it
        known = ranges;
        if (known == null) {
          known = throttle.run(this::querySlots);
          ranges = known;
        }
      }
    }
    return known;
  }

  /** Queries every node that was ever known, the last one that replied first, until one replies. */
  private NavigableMap<Integer, Range> querySlots() throws RedisException {
    RedisException lastFailure =
        new RedisException(RedisException.Kind.MOVED, "the Redis cluster has no slots yet");
    for (NodeAddress seed : seeds) {
      try {
        NavigableMap<Integer, Range> found = querySlots(seed);
        if (!found.isEmpty()) {
          rememberSeeds(seed, found.values());
          return found;
        }
      } catch (RedisException e) {
        lastFailure = e;
      }
    }
    throw lastFailure;
  }

  private NavigableMap<Integer, Range> querySlots(NodeAddress seed) throws RedisException {
    try (RedisConnection connection = connectionFactory.open(seed)) {
      NavigableMap<Integer, Range> found = new TreeMap<>();
      Object reply = connection.call(RedisCommand.CLUSTER, Keys.bytes("SLOTS"));
      for (Object range : Replies.list(reply)) {
        read(Replies.list(range), seed, found);
      }
      return found;
    }
  }

  private synchronized void rememberSeeds(NodeAddress responder, Collection<Range> found) {
    Set<NodeAddress> all = new LinkedHashSet<>(Set.of(responder));
    found.forEach(range -> all.add(range.node()));
    all.addAll(seeds);
    seeds = List.copyOf(all);
  }

  /**
   * Parses a range: first slot, last slot, then the master and its replicas, each as host and port.
   */
  private static void read(List<?> range, NodeAddress queried, Map<Integer, Range> found) {
    List<?> master = range.size() < 3 ? List.of() : Replies.list(range.get(2));
    if (master.size() < 2) {
      return;
    }
    String host = Replies.text(master.get(0));
    boolean isUnknown = host.isEmpty() || host.equals("?");
    NodeAddress node = new NodeAddress(isUnknown ? queried.host() : host, intValue(master.get(1)));
    found.put(intValue(range.get(0)), new Range(intValue(range.get(1)), node));
  }

  private static int intValue(@Nullable Object reply) {
    return Math.toIntExact(Replies.number(reply));
  }
}
