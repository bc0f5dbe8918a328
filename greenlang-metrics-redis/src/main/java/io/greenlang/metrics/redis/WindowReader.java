package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.broker.ChannelLog.ArchivedWindowTaker;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/** Reads the archive's windows. One thread. */
final class WindowReader {

  private static final Logger log = LoggerFactory.getLogger(WindowReader.class);

  /** A window of 100,000 series takes a few MB; so few are read at once. */
  private static final int PAGE = 16;

  /** What a window may come to when it is unpacked. */
  static final int MAX_BYTES = 64 << 20;

  private final Links links;
  private final Counters counters;

  WindowReader(Links links, Counters counters) {
    this.links = links;
    this.counters = counters;
  }

  /** Hands over all windows of a length, the oldest first. */
  void read(Channel channel, Interval interval, ArchivedWindowTaker action) throws RedisFailure {
    byte[] key = Keys.windows(channel, interval);
    String from = "-";
    List<?> page;
    boolean cut;
    do {
      cut = false;
      page =
          Answers.list(
              links.call(
                  key,
                  Command.XRANGE,
                  key,
                  Keys.bytes(from),
                  Keys.bytes("+"),
                  Keys.bytes("COUNT"),
                  Keys.bytes(PAGE)));
      for (Object each : page) {
        List<?> entry = Answers.list(each);
        cut = each != page.get(0) && BoundedReply.isCut(entry);
        if (cut) {
          break; // there is room for it in the next page, if ever
        }
        String id = entry.isEmpty() ? "" : Answers.text(entry.get(0));
        from = "(" + id;
        hand(channel, id, entry, action);
      }
    } while (cut || page.size() == PAGE);
  }

  private void hand(Channel channel, String id, List<?> entry, ArchivedWindowTaker action) {
    try {
      List<?> fields = Answers.list(entry.get(1));
      long start = Long.parseLong(id.substring(0, id.indexOf('-')));
      action.take(start, Deflate.unpack(Answers.bytes(fields.get(1)), MAX_BYTES));
    } catch (Malformed | NumberFormatException | IndexOutOfBoundsException e) {
      log.debug("a window of {} in Redis is skipped", channel, e);
      counters.malformed.increment();
    }
  }
}
