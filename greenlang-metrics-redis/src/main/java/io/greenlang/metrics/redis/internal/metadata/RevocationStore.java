package io.greenlang.metrics.redis.internal.metadata;

import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.connection.Script;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import io.greenlang.metrics.redis.internal.support.Epoch;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The revocations in Redis: a sorted set of their kinds and names by the time at which each ends, a
 * hash of the times of revocation, and a version that changes with both. The keys expire with the
 * last revocation. One thread.
 */
final class RevocationStore {

  /** The maximum number of revocations that are read; no instance keeps more. */
  static final int MAX_READ = 20_000;

  /** Keeps a revocation while the clocks of instances differ, and tokens have their grace. */
  private static final long GRACE_MILLIS = 60_000;

  /**
   * Adds revocations; the later times win. Arguments: the time before which revocations have ended,
   * the version, and the member, the end and the time of each.
   */
  private static final Script ADD =
      new Script(
          """
          local ended = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1])
          for _, member in ipairs(ended) do
            redis.call('ZREM', KEYS[1], member)
            redis.call('HDEL', KEYS[2], member)
          end
          for i = 3, #ARGV, 3 do
            local last = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]) or '0')
            if last < tonumber(ARGV[i + 1]) then
              redis.call('ZADD', KEYS[1], ARGV[i + 1], ARGV[i])
            end
            local time = tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '0') or 0
            if time < tonumber(ARGV[i + 2]) then
              redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2])
            end
          end
          redis.call('SET', KEYS[3], ARGV[2])
          local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
          for _, key in ipairs(KEYS) do
            redis.call('PEXPIREAT', key, last[2])
          end
          return 0
          """);

  /**
   * Returns the version and, if it is not the known one, the member, the end and the time of each
   * revocation. Arguments: the known version, the time before which revocations have ended, the
   * maximum.
   */
  private static final Script READ =
      new Script(
          """
          local version = redis.call('GET', KEYS[3]) or ''
          local found = {version}
          if version ~= ARGV[1] then
            local members = redis.call(
              'ZRANGEBYSCORE', KEYS[1], ARGV[2], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
            for i = 1, #members, 2 do
              table.insert(found, members[i])
              table.insert(found, members[i + 1])
              table.insert(found, redis.call('HGET', KEYS[2], members[i]) or '')
            end
          end
          return found
          """);

  private static final List<byte[]> KEYS =
      List.of(Keys.bytes(3), Keys.REVOCATIONS, Keys.REVOCATION_TIMES, Keys.REVOCATIONS_VERSION);

  private final NodeConnections connections;
  private final BrokerCounters counters;

  RevocationStore(NodeConnections connections, BrokerCounters counters) {
    this.connections = connections;
    this.counters = counters;
  }

  /**
   * A version of the revocations.
   *
   * @param version the version; empty if Redis has none
   * @param revocations the valid revocations; empty if the version is the known one
   */
  record Contents(String version, List<Revocation> revocations) {}

  /** Adds at least one revocation, and changes the version. */
  void add(Collection<Revocation> revocations, long nowMillis) throws RedisException {
    List<byte[]> arguments = new ArrayList<>(KEYS);
    arguments.add(Keys.bytes(nowMillis));
    arguments.add(Keys.bytes(Epoch.random()));
    for (Revocation revocation : revocations) {
      arguments.add(Keys.bytes(revocation.kind() + "\t" + revocation.name()));
      arguments.add(Keys.bytes(revocation.until().toEpochMilli() + GRACE_MILLIS));
      arguments.add(Keys.bytes(revocation.revokedAt().toEpochMilli()));
    }
    ADD.call(connections, Keys.REVOCATIONS, arguments.toArray(new byte[0][]));
  }

  /** Reads the revocations in force, if their version is not the known one. */
  Contents read(String knownVersion, long nowMillis) throws RedisException {
    List<byte[]> arguments = new ArrayList<>(KEYS);
    arguments.add(Keys.bytes(knownVersion));
    arguments.add(Keys.bytes(nowMillis));
    arguments.add(Keys.bytes(MAX_READ));
    List<String> reply =
        Replies.list(READ.call(connections, Keys.REVOCATIONS, arguments.toArray(new byte[0][])))
            .stream()
            .map(Replies::text)
            .toList();
    List<Revocation> revocations = new ArrayList<>();
    for (int i = 1; i + 2 < reply.size(); i += 3) {
      Revocation revocation = parse(reply.get(i), reply.get(i + 1), reply.get(i + 2));
      if (revocation == null) {
        counters.increment(Counter.MALFORMED);
      } else {
        revocations.add(revocation);
      }
    }
    return new Contents(reply.isEmpty() ? "" : reply.get(0), revocations);
  }

  /** Returns a revocation; null if one of its parts is malformed. */
  private static @Nullable Revocation parse(String member, String end, String time) {
    String[] fields = member.split("\t", 2);
    if (fields.length != 2) {
      return null;
    }
    try {
      return new Revocation(
          Revocation.Kind.valueOf(fields[0]),
          fields[1],
          Instant.ofEpochMilli(Long.parseLong(time)),
          Instant.ofEpochMilli(Long.parseLong(end) - GRACE_MILLIS));
    } catch (IllegalArgumentException e) { // also a number that is none
      return null;
    }
  }
}
