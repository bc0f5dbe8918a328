package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory usage and limit of Redis, summed over the nodes of a cluster. Thread-safe. */
public final class RedisMemory {

  private static final Pattern USED = Pattern.compile("(?m)^used_memory:(\\d{1,18})\\r?$");
  private static final Pattern MAX = Pattern.compile("(?m)^maxmemory:(\\d{1,18})\\r?$");

  private volatile long usedBytes;
  private volatile long maxBytes;

  /** Queries the nodes. If the ACL forbids it, the figures stay as they are. */
  public void query(NodeConnections connections, List<NodeAddress> nodes) throws RedisException {
    try {
      long used = 0;
      long max = 0;
      for (NodeAddress node : nodes) {
        Object info = connections.connection(node).call(RedisCommand.INFO, Keys.bytes("memory"));
        used += number(USED, Replies.text(info));
        max += number(MAX, Replies.text(info));
      }
      usedBytes = used;
      maxBytes = max;
    } catch (RedisException e) {
      if (e.kind() != RedisException.Kind.FORBIDDEN) {
        throw e;
      }
    }
  }

  private static long number(Pattern pattern, String info) {
    Matcher found = pattern.matcher(info);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  /** Returns the memory used, in bytes; 0 if it is unknown. */
  public long usedBytes() {
    return usedBytes;
  }

  /** Returns the memory limit, in bytes; 0 if there is none, or it is unknown. */
  public long maxBytes() {
    return maxBytes;
  }
}
