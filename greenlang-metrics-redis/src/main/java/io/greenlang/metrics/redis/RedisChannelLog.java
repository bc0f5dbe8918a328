package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Publication;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The history of a channel in Redis. Used by the thread that opens the channel. */
final class RedisChannelLog implements ChannelLog {

  private static final Logger log = LoggerFactory.getLogger(RedisChannelLog.class);

  private final Channel channel;
  private final LogPosition end;
  private final LogReader reader;
  private final WindowReader windows;
  private final Counters counters;
  private final Troubles troubles;
  private boolean incomplete;

  RedisChannelLog(
      Channel channel,
      LogPosition end,
      LogReader reader,
      WindowReader windows,
      Counters counters,
      Troubles troubles) {
    this.channel = channel;
    this.end = end;
    this.reader = reader;
    this.windows = windows;
    this.counters = counters;
    this.troubles = troubles;
  }

  @Override
  public String epoch() {
    return end.epoch();
  }

  @Override
  public long offset() {
    return end.offset();
  }

  /** Returns whether a part of the history could not be read. */
  boolean isIncomplete() {
    return incomplete;
  }

  @Override
  public void publications(Consumer<Publication> action) {
    if (end.offset() == 0) {
      return;
    }
    String last = end.millis() + "-" + end.offset();
    String from = "-";
    try {
      LogReader.Page page;
      do {
        page = reader.read(channel, from, last);
        for (LogEntry entry : page.entries()) {
          from = "(" + entry.millis() + "-" + entry.offset();
          deliver(entry, action);
        }
      } while (!page.isLast());
    } catch (RedisFailure e) {
      reportFailure(e);
    }
  }

  private void deliver(LogEntry entry, Consumer<Publication> action) {
    try {
      action.accept(
          new Publication(
              channel,
              end.epoch(),
              entry.offset(),
              entry.millis(),
              PublicationCodec.unpack(channel, entry.payload())));
    } catch (Malformed e) {
      log.debug("Skipped a malformed publication in the log of {}", channel, e);
      counters.malformed.increment();
    }
  }

  @Override
  public void windows(Interval interval, ArchivedWindowTaker action) {
    try {
      windows.read(channel, interval, action);
    } catch (RedisFailure e) {
      reportFailure(e);
    }
  }

  private void reportFailure(RedisFailure e) {
    incomplete = true;
    troubles.report(Troubles.Scope.OPEN, e);
  }
}
