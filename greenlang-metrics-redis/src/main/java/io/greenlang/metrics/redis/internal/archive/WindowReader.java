package io.greenlang.metrics.redis.internal.archive;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.broker.ChannelLog.WindowVisitor;
import io.greenlang.metrics.redis.internal.connection.BoundedReply;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisCommand;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import io.greenlang.metrics.redis.internal.support.Keys;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reader of archived windows. One thread. */
public final class WindowReader {

  private static final Logger log = LoggerFactory.getLogger(WindowReader.class);

  /**
   * The number of windows per page. It is small, because a window of 100,000 series takes a few MB.
   */
  private static final int PAGE = 16;

  /** The limit of a decompressed window. */
  static final int MAX_BYTES = 64 << 20;

  private final NodeConnections connections;
  private final BrokerCounters counters;

  /** Creates a reader. */
  public WindowReader(NodeConnections connections, BrokerCounters counters) {
    this.connections = connections;
    this.counters = counters;
  }

  /** Passes on all windows of an interval, the oldest first. */
  void read(Channel channel, Interval interval, WindowVisitor action) throws RedisException {
    byte[] key = Keys.windows(channel, interval);
    @Nullable String from = "-";
    while (from != null) {
      List<?> page = page(key, from);
      int fitting = countFitting(page);
      for (Object entry : page.subList(0, fitting)) {
        deliver(channel, Replies.list(entry), action);
      }
      boolean isLast = fitting == page.size() && page.size() < PAGE;
      from = isLast ? null : "(" + id(Replies.list(page.get(fitting - 1)));
    }
  }

  private List<?> page(byte[] key, String from) throws RedisException {
    Object reply =
        connections.call(
            key,
            RedisCommand.XRANGE,
            key,
            Keys.bytes(from),
            Keys.bytes("+"),
            Keys.bytes("COUNT"),
            Keys.bytes(PAGE));
    return Replies.list(reply);
  }

  /** Returns how many entries to use. A truncated one can only fit as the first of a page. */
  private static int countFitting(List<?> page) {
    int count = Math.min(page.size(), 1);
    while (count < page.size() && !BoundedReply.isTruncated(Replies.list(page.get(count)))) {
      count++;
    }
    return count;
  }

  private static String id(List<?> entry) {
    return entry.isEmpty() ? "" : Replies.text(entry.get(0));
  }

  private void deliver(Channel channel, List<?> entry, WindowVisitor action) {
    try {
      String id = id(entry);
      List<?> fields = Replies.list(entry.get(1));
      long start = Long.parseLong(id.substring(0, id.indexOf('-')));
      action.visit(start, WindowCompression.unpack(Replies.bytes(fields.get(1)), MAX_BYTES));
    } catch (MalformedDataException | NumberFormatException | IndexOutOfBoundsException e) {
      log.debug("Skipped a malformed window of {} in Redis", channel, e);
      counters.increment(Counter.MALFORMED);
    }
  }
}
