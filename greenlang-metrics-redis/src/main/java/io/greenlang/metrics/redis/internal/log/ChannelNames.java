package io.greenlang.metrics.redis.internal.log;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisCommand;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The set of all channel names in Redis, to which every instance adds. One thread. */
public final class ChannelNames {

  private static final Logger log = LoggerFactory.getLogger(ChannelNames.class);

  /** More names than any hub accepts, and few enough to read once per second. */
  private static final int MAX_NAMES = 10_000;

  private final NodeConnections connections;
  private final Set<String> seen = new HashSet<>();

  /** Creates a set that is not read yet. */
  public ChannelNames(NodeConnections connections) {
    this.connections = connections;
  }

  /** Returns the number of names seen so far. */
  public int count() {
    return seen.size();
  }

  /**
   * Reads the names, and adds those of our own channels that are missing, because Redis may have
   * been emptied.
   *
   * @return the channels that were not seen before
   */
  public Set<Channel> discover(Collection<Channel> own) throws RedisException {
    Set<Channel> found = new TreeSet<>();
    Set<String> names = new HashSet<>();
    Object reply = connections.call(Keys.CHANNELS, RedisCommand.SMEMBERS, Keys.CHANNELS);
    for (Object member : Replies.list(reply)) {
      String name = Replies.text(member);
      names.add(name);
      if (seen.size() < MAX_NAMES && seen.add(name)) {
        addIfValid(name, found);
      }
    }
    for (Channel channel : own) {
      if (!names.contains(channel.name())) {
        add(channel);
      }
    }
    return found;
  }

  private static void addIfValid(String name, Set<Channel> channels) {
    try {
      channels.add(new Channel(name));
    } catch (IllegalArgumentException e) {
      log.warn("Skipped a name in greenlang:channels in Redis: {}", e.getMessage());
    }
  }

  /** Adds the name of a channel. */
  public void add(Channel channel) throws RedisException {
    connections.call(Keys.CHANNELS, RedisCommand.SADD, Keys.CHANNELS, Keys.bytes(channel.name()));
    seen.add(channel.name());
  }
}
