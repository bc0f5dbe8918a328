package io.greenlang.metrics.redis.internal.metadata;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisCommand;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.connection.Script;
import io.greenlang.metrics.redis.internal.support.Epoch;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The descriptions of metrics in Redis. Each channel has a text with a line for each metric: its
 * name, its unit and its description, with tabs in between. A hash has a version for each channel,
 * which is another random text after each change. Commands are those that the recipe for an ACL has
 * always permitted. One thread.
 */
final class DescriptionStore {

  private static final int MAX_LINES = MetricDescription.MAX_PER_CHANNEL;

  /**
   * Merges lines. Key: the descriptions of a channel. Arguments: the limit of lines, and the lines.
   */
  private static final Script MERGE =
      new Script(
          """
          local lines, index = {}, {}
          local function put(line)
            local name = string.match(line, '^[^\\t]*')
            local at = index[name] or #lines + 1
            if at <= tonumber(ARGV[1]) then
              lines[at] = line
              index[name] = at
            end
          end
          for line in string.gmatch(redis.call('GET', KEYS[1]) or '', '[^\\n]+') do
            put(line)
          end
          for i = 2, #ARGV do
            put(ARGV[i])
          end
          redis.call('SET', KEYS[1], table.concat(lines, '\\n'))
          return #lines
          """);

  private final NodeConnections connections;

  DescriptionStore(NodeConnections connections) {
    this.connections = connections;
  }

  /** Returns the versions of channels; empty for those without descriptions. */
  Map<Channel, String> versions(Collection<Channel> channels) throws RedisException {
    Map<Channel, String> versions = new LinkedHashMap<>();
    if (channels.isEmpty()) {
      return versions;
    }
    List<Channel> ordered = List.copyOf(channels);
    List<byte[]> arguments = new ArrayList<>(List.of(Keys.DESCRIPTION_VERSIONS));
    ordered.forEach(channel -> arguments.add(Keys.bytes(channel.name())));
    List<?> reply =
        Replies.list(
            connections.call(
                Keys.DESCRIPTION_VERSIONS, RedisCommand.HMGET, arguments.toArray(new byte[0][])));
    for (int i = 0; i < Math.min(ordered.size(), reply.size()); i++) {
      versions.put(ordered.get(i), Replies.text(reply.get(i)));
    }
    return versions;
  }

  /** Merges descriptions into those of a channel, and changes its version. */
  void merge(Channel channel, Collection<MetricDescription> descriptions) throws RedisException {
    byte[] key = Keys.descriptions(channel);
    List<byte[]> arguments = new ArrayList<>(List.of(Keys.bytes(1), key, Keys.bytes(MAX_LINES)));
    descriptions.forEach(description -> arguments.add(Keys.bytes(line(description))));
    MERGE.call(connections, key, arguments.toArray(new byte[0][]));
    connections.call(
        Keys.DESCRIPTION_VERSIONS,
        RedisCommand.HSET,
        Keys.DESCRIPTION_VERSIONS,
        Keys.bytes(channel.name()),
        Keys.bytes(Epoch.random()));
  }

  /** Returns the lines of a channel. */
  List<String> read(Channel channel) throws RedisException {
    byte[] key = Keys.descriptions(channel);
    String text = Replies.text(connections.call(key, RedisCommand.GET, key));
    return text.lines().limit(MAX_LINES).toList();
  }

  private static String line(MetricDescription description) {
    String unit = description.unit();
    String text = description.description();
    return description.name()
        + "\t"
        + (unit == null ? "" : unit)
        + "\t"
        + (text == null ? "" : text);
  }

  /**
   * Parses a line.
   *
   * @throws IllegalArgumentException if it is not the line of a valid description
   */
  static MetricDescription parse(Channel channel, String line) {
    String[] fields = line.split("\t", 3);
    if (fields.length != 3) {
      throw new IllegalArgumentException("a line has " + fields.length + " fields instead of 3");
    }
    return new MetricDescription(
        channel,
        fields[0],
        fields[1].isEmpty() ? null : fields[1],
        fields[2].isEmpty() ? null : fields[2]);
  }
}
