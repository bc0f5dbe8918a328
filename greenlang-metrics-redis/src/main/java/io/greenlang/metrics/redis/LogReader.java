package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Protocol.Command;

/** A reader of channel logs. It adapts the page size to the size of the entries. One thread. */
final class LogReader {

  /** The target size of a page, which the reader approaches by adapting the number of entries. */
  private static final long PAGE_BYTES = 1 << 20;

  private static final int FIRST_PAGE = 64;
  private static final int MAX_PAGE = 2_048;

  private final Links links;
  private int page = FIRST_PAGE;

  LogReader(Links links) {
    this.links = links;
  }

  /** The end of a log, and the current time of Redis. */
  record End(LogPosition position, long nowMillis) {}

  /** Entries, the oldest first, and whether no more follow. */
  record Page(List<LogEntry> entries, boolean isLast) {}

  /** Returns the end of the log, which is created if there is none. */
  End end(Channel channel) throws RedisFailure {
    return begin(channel, "");
  }

  /** Starts another epoch, unless another instance has done so; returns the end of the log. */
  End renew(Channel channel, String endedEpoch) throws RedisFailure {
    return begin(channel, endedEpoch);
  }

  private End begin(Channel channel, String endedEpoch) throws RedisFailure {
    byte[] log = Keys.log(channel);
    List<?> reply =
        Answers.list(
            Scripts.BEGIN.call(
                links,
                log,
                Keys.bytes(2),
                log,
                Keys.meta(channel),
                Keys.bytes(Epochs.next()),
                Keys.bytes(endedEpoch)));
    if (reply.size() != 5) {
      throw new RedisFailure(
          RedisFailure.Kind.OTHER, "Redis returned an unexpected reply to a script");
    }
    LogPosition position =
        new LogPosition(
            Answers.text(reply.get(0)),
            Answers.number(reply.get(1)),
            Answers.number(reply.get(2)),
            Answers.number(reply.get(3)));
    return new End(position, Answers.number(reply.get(4)));
  }

  /**
   * Reads a page of the log.
   *
   * @param from an id, preceded by a bracket to exclude that entry
   * @param to an id, or {@code +}
   */
  Page read(Channel channel, String from, String to) throws RedisFailure {
    byte[] key = Keys.log(channel);
    int count = page;
    List<?> reply =
        Answers.list(
            links.call(
                key,
                Command.XRANGE,
                key,
                Keys.bytes(from),
                Keys.bytes(to),
                Keys.bytes("COUNT"),
                Keys.bytes(count)));
    List<LogEntry> entries = new ArrayList<>(reply.size());
    long bytes = 0;
    boolean cut = false;
    for (Object element : reply) {
      cut = !entries.isEmpty() && BoundedReply.isCut(Answers.list(element));
      if (cut) {
        break; // it can only fit as the first entry of the next page
      }
      LogEntry entry = entry(Answers.list(element));
      bytes += entry.payload().length;
      entries.add(entry);
    }
    if (bytes > PAGE_BYTES) {
      page = Math.max(1, page / 2);
    } else if (bytes < PAGE_BYTES / 4 && reply.size() == count) {
      page = Math.min(MAX_PAGE, page * 2);
    }
    return new Page(entries, !cut && reply.size() < count);
  }

  private static LogEntry entry(List<?> entry) throws RedisFailure {
    try {
      String id = Answers.text(entry.get(0));
      int dash = id.indexOf('-');
      List<?> fields = Answers.list(entry.get(1));
      return new LogEntry(
          Long.parseLong(id.substring(dash + 1)),
          Long.parseLong(id.substring(0, dash)),
          Answers.number(field(fields, 5)),
          Answers.number(field(fields, 3)),
          Answers.text(field(fields, 0)),
          Answers.number(field(fields, 1)),
          Answers.number(field(fields, 2)),
          Answers.bytes(field(fields, 6)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new RedisFailure(
          RedisFailure.Kind.FOREIGN_DATA,
          "a log in Redis, under a key that begins with greenlang:, holds another program's data;"
              + " move one of the two to another database");
    }
  }

  private static Object field(List<?> fields, int index) {
    return fields.get(2 * index + 1);
  }
}
