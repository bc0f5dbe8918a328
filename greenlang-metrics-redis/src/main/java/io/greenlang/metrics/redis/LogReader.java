package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Protocol.Command;

/** Reads a channel's log. One thread. */
final class LogReader {

  /** What a page of the log should come to; it is reached by trying. */
  private static final long PAGE_BYTES = 1 << 20;

  private static final int FIRST_PAGE = 64;
  private static final int MAX_PAGE = 2_048;

  private final Links links;
  private int page = FIRST_PAGE;

  LogReader(Links links) {
    this.links = links;
  }

  /** Where a log ends, and what Redis' clock shows. */
  record End(LogPosition position, long nowMillis) {}

  /** Some entries, the oldest first, and whether there were no more behind them. */
  record Page(List<LogEntry> entries, boolean isLast) {}

  /** Where the log ends; it is begun if there is none. */
  End end(Channel channel) throws RedisFailure {
    return begin(channel, "");
  }

  /** Lets another epoch begin, unless somebody has done so; where the log ends then. */
  End renew(Channel channel, String over) throws RedisFailure {
    return begin(channel, over);
  }

  private End begin(Channel channel, String over) throws RedisFailure {
    byte[] log = Keys.log(channel);
    List<?> answer =
        Answers.list(
            Scripts.BEGIN.call(
                links,
                log,
                Keys.bytes(2),
                log,
                Keys.meta(channel),
                Keys.bytes(Epochs.next()),
                Keys.bytes(over)));
    if (answer.size() != 5) {
      throw new RedisFailure(RedisFailure.Kind.OTHER, "Redis answered a script with nonsense");
    }
    LogPosition position =
        new LogPosition(
            Answers.text(answer.get(0)),
            Answers.number(answer.get(1)),
            Answers.number(answer.get(2)),
            Answers.number(answer.get(3)));
    return new End(position, Answers.number(answer.get(4)));
  }

  /**
   * Reads on in the log.
   *
   * @param from an id, with a bracket before it if that entry is left out
   * @param to an id, or {@code +}
   */
  Page read(Channel channel, String from, String to) throws RedisFailure {
    byte[] key = Keys.log(channel);
    int asked = page;
    List<?> answer =
        Answers.list(
            links.call(
                key,
                Command.XRANGE,
                key,
                Keys.bytes(from),
                Keys.bytes(to),
                Keys.bytes("COUNT"),
                Keys.bytes(asked)));
    List<LogEntry> entries = new ArrayList<>(answer.size());
    long bytes = 0;
    boolean cut = false;
    for (Object each : answer) {
      cut = !entries.isEmpty() && BoundedReply.isCut(Answers.list(each));
      if (cut) {
        break; // there is room for it in the next page, if ever
      }
      LogEntry entry = entry(Answers.list(each));
      bytes += entry.payload().length;
      entries.add(entry);
    }
    if (bytes > PAGE_BYTES) {
      page = Math.max(1, page / 2);
    } else if (bytes < PAGE_BYTES / 4 && answer.size() == asked) {
      page = Math.min(MAX_PAGE, page * 2);
    }
    return new Page(entries, !cut && answer.size() < asked);
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
          "a log in Redis holds another program's data; its key begins with greenlang:");
    }
  }

  private static Object field(List<?> fields, int number) {
    return fields.get(2 * number + 1);
  }
}
