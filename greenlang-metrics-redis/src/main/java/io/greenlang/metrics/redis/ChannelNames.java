package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/** The set of all channels' names, which any instance adds to. One thread. */
final class ChannelNames {

  private static final Logger log = LoggerFactory.getLogger(ChannelNames.class);

  /** More names than any hub takes, and few enough to be looked at each second. */
  private static final int MAX_NAMES = 10_000;

  private final Links links;
  private final Set<String> seen = new HashSet<>();

  ChannelNames(Links links) {
    this.links = links;
  }

  /** How many there are, as far as is known. */
  int count() {
    return seen.size();
  }

  /**
   * Looks which channels there are, and adds those that should be there and are not: Redis may have
   * been emptied.
   *
   * @return those that were not seen before
   */
  Set<Channel> look(Collection<Channel> own) throws RedisFailure {
    Set<Channel> found = new TreeSet<>();
    Set<String> names = new HashSet<>();
    for (Object answer : Answers.list(links.call(Keys.CHANNELS, Command.SMEMBERS, Keys.CHANNELS))) {
      String name = Answers.text(answer);
      names.add(name);
      if (seen.size() < MAX_NAMES && seen.add(name)) {
        try {
          found.add(new Channel(name));
        } catch (IllegalArgumentException e) {
          log.warn("a name in greenlang:channels in Redis is left out: {}", e.getMessage());
        }
      }
    }
    for (Channel channel : own) {
      if (!names.contains(channel.name())) {
        add(channel);
      }
    }
    return found;
  }

  /** Adds a name. */
  void add(Channel channel) throws RedisFailure {
    links.call(Keys.CHANNELS, Command.SADD, Keys.CHANNELS, Keys.bytes(channel.name()));
    seen.add(channel.name());
  }
}
