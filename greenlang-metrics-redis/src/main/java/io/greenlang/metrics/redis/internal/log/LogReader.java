package io.greenlang.metrics.redis.internal.log;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.BoundedReply;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisCommand;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.support.Epoch;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.ArrayList;
import java.util.List;

/** A reader of channel logs. It adapts the page size to the size of the entries. One thread. */
public final class LogReader {

  /** The target size of a page, which the reader approaches by adapting the number of entries. */
  private static final long PAGE_BYTES = 1 << 20;

  private static final int FIRST_PAGE = 64;
  private static final int MAX_PAGE = 2_048;

  private final NodeConnections connections;
  private int pageEntries = FIRST_PAGE;

  /** Creates a reader. */
  public LogReader(NodeConnections connections) {
    this.connections = connections;
  }

  /** The end of a log, and the current time of Redis. */
  public record End(LogPosition position, long nowMillis) {}

  /** Entries, the oldest first, and whether no more follow. */
  public record Page(List<LogEntry> entries, boolean isLast) {}

  /** Returns the end of the log, which is created if there is none. */
  public End end(Channel channel) throws RedisException {
    return begin(channel, "");
  }

  /** Starts another epoch, unless another instance has done so; returns the end of the log. */
  public End startEpoch(Channel channel, String endedEpoch) throws RedisException {
    return begin(channel, endedEpoch);
  }

  private End begin(Channel channel, String endedEpoch) throws RedisException {
    byte[] log = Keys.log(channel);
    byte[] meta = Keys.meta(channel);
    byte[] newEpoch = Keys.bytes(Epoch.random());
    Object reply =
        Scripts.BEGIN.call(
            connections, log, Keys.bytes(2), log, meta, newEpoch, Keys.bytes(endedEpoch));
    return end(Replies.list(reply));
  }

  private static End end(List<?> reply) throws RedisException {
    if (reply.size() != 5) {
      throw new RedisException(
          RedisException.Kind.OTHER, "Redis returned an unexpected reply to a script");
    }
    LogPosition position =
        new LogPosition(
            Replies.text(reply.get(0)),
            Replies.number(reply.get(1)),
            Replies.number(reply.get(2)),
            Replies.number(reply.get(3)));
    return new End(position, Replies.number(reply.get(4)));
  }

  /**
   * Reads a page of the log.
   *
   * @param from an id, preceded by a bracket to exclude that entry
   * @param to an id, or {@code +}
   */
  public Page read(Channel channel, String from, String to) throws RedisException {
    int count = pageEntries;
    List<?> reply = range(channel, from, to, count);
    List<LogEntry> entries = new ArrayList<>(reply.size());
    long bytes = 0;
    for (Object element : reply) {
      List<?> fields = Replies.list(element);
      if (!entries.isEmpty() && BoundedReply.isTruncated(fields)) {
        break; // it can only fit as the first entry of the next page
      }
      LogEntry entry = entry(fields);
      bytes += entry.payload().length;
      entries.add(entry);
    }
    adaptPageSize(bytes, reply.size() == count);
    return new Page(entries, entries.size() == reply.size() && reply.size() < count);
  }

  private List<?> range(Channel channel, String from, String to, int count) throws RedisException {
    byte[] key = Keys.log(channel);
    Object reply =
        connections.call(
            key,
            RedisCommand.XRANGE,
            key,
            Keys.bytes(from),
            Keys.bytes(to),
            Keys.bytes("COUNT"),
            Keys.bytes(count));
    return Replies.list(reply);
  }

  private void adaptPageSize(long bytes, boolean isFull) {
    if (bytes > PAGE_BYTES) {
      pageEntries = Math.max(1, pageEntries / 2);
    } else if (bytes < PAGE_BYTES / 4 && isFull) {
      pageEntries = Math.min(MAX_PAGE, pageEntries * 2);
    }
  }

  private static LogEntry entry(List<?> entry) throws RedisException {
    try {
      return entry(Replies.text(entry.get(0)), Replies.list(entry.get(1)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new RedisException(
          RedisException.Kind.CONFLICTING_DATA,
          "a log in Redis, under a key that begins with greenlang:, holds another program's data;"
              + " move one of the two to another database");
    }
  }

  private static LogEntry entry(String id, List<?> fields) {
    int dash = id.indexOf('-');
    return new LogEntry(
        Long.parseLong(id.substring(dash + 1)),
        Long.parseLong(id.substring(0, dash)),
        Replies.number(field(fields, 5)),
        Replies.number(field(fields, 3)),
        Replies.text(field(fields, 0)),
        Replies.number(field(fields, 1)),
        Replies.number(field(fields, 2)),
        Replies.bytes(field(fields, 6)));
  }

  private static Object field(List<?> fields, int index) {
    return fields.get(2 * index + 1);
  }
}
