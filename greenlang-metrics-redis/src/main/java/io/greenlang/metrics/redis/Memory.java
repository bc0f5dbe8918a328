package io.greenlang.metrics.redis;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/** How much memory Redis uses, and how much it may; the nodes of a cluster in sum. Any thread. */
final class Memory {

  private static final Pattern USED = Pattern.compile("(?m)^used_memory:(\\d{1,18})\\r?$");
  private static final Pattern MAX = Pattern.compile("(?m)^maxmemory:(\\d{1,18})\\r?$");

  private volatile long usedBytes;
  private volatile long maxBytes;

  /** Asks; one that may not say leaves the figures as they are. */
  void ask(Links links, List<HostAndPort> nodes) throws RedisFailure {
    long used = 0;
    long max = 0;
    for (HostAndPort node : nodes) {
      try {
        String info = Answers.text(links.to(node).call(Command.INFO, Keys.bytes("memory")));
        used += number(USED, info);
        max += number(MAX, info);
      } catch (RedisFailure e) {
        if (e.kind() == RedisFailure.Kind.FORBIDDEN) {
          return;
        }
        throw e;
      }
    }
    usedBytes = used;
    maxBytes = max;
  }

  private static long number(Pattern pattern, String info) {
    Matcher found = pattern.matcher(info);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }

  /** What is used; 0 if it is not known. */
  long usedBytes() {
    return usedBytes;
  }

  /** What may be used; 0 if there is no bound, or it is not known. */
  long maxBytes() {
    return maxBytes;
  }
}
