package io.greenlang.metrics.redis.internal.connection;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The assignment of slots to nodes. Thread-safe. Methods may query Redis, which takes seconds if no
 * node replies.
 */
public interface Topology {

  /** Returns the node that has a key or topic, as far as is known. */
  NodeAddress nodeOf(byte[] key) throws RedisException;

  /** Returns each node that has slots: one, unless it is a cluster. */
  List<NodeAddress> nodes() throws RedisException;

  /** Discards the known assignment, so that the next use queries it again. */
  void invalidate();

  /**
   * Queries the assignment again, if it could have changed unnoticed. Meanwhile, other threads use
   * the known one.
   */
  void refresh() throws RedisException;

  /** Returns whether topics, like keys, belong to slots. */
  boolean isCluster();

  /** Creates the topology for an address. */
  static Topology of(RedisUri address, RedisConnectionFactory connectionFactory) {
    return switch (address.kind()) {
      case SINGLE -> new SingleTopology(address.nodes().get(0));
      case SENTINEL -> new SentinelTopology(address, connectionFactory);
      case CLUSTER -> new ClusterTopology(address, connectionFactory);
    };
  }

  /**
   * The limit on queries of the assignment: for one second, a failed one answers all others. It
   * takes a timeout for each silent node, and each channel looks up its node. With a query for each
   * channel, the last one would enter local mode minutes later. Not thread-safe.
   */
  final class QueryThrottle {

    /** A query of Redis. */
    @FunctionalInterface
    interface Query<T> {
      T run() throws RedisException;
    }

    /** The time after which the queue of publications tries again. */
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private @Nullable RedisException failure;
    private long failedNanos;

    /** Runs a query, or throws the failure of the latest one if that has just failed. */
    <T> T run(Query<T> query) throws RedisException {
      RedisException recent = failure;
      if (recent != null && System.nanoTime() - failedNanos < NANOS) {
        throw recent;
      }
      failure = null;
      try {
        return query.run();
      } catch (RedisException e) {
        failure = e;
        failedNanos = System.nanoTime();
        throw e;
      }
    }
  }
}
