package io.greenlang.metrics.redis.internal.archive;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.LogReader;
import io.greenlang.metrics.redis.internal.log.PublicationCodec;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The history of a channel in Redis. Used by the thread that opens the channel. */
public final class RedisChannelLog implements ChannelLog {

  private static final Logger log = LoggerFactory.getLogger(RedisChannelLog.class);

  private final BrokerContext context;
  private final Channel channel;
  private final LogPosition end;
  private final LogReader reader;
  private final WindowReader windows;
  private boolean incomplete;

  /** Creates the history of a channel up to a position of its log. */
  public RedisChannelLog(
      BrokerContext context,
      Channel channel,
      LogPosition end,
      LogReader reader,
      WindowReader windows) {
    this.context = context;
    this.channel = channel;
    this.end = end;
    this.reader = reader;
    this.windows = windows;
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
  public boolean isIncomplete() {
    return incomplete;
  }

  @Override
  public void forEachPublication(Consumer<Publication> action) {
    try {
      @Nullable String from = end.offset() == 0 ? null : "-";
      while (from != null) {
        LogReader.Page page = reader.read(channel, from, end.id());
        for (LogEntry entry : page.entries()) {
          from = "(" + entry.id();
          deliver(entry, action);
        }
        from = page.isLast() ? null : from;
      }
    } catch (RedisException e) {
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
    } catch (MalformedDataException e) {
      log.debug("Skipped a malformed publication in the log of {}", channel, e);
      context.counters().increment(Counter.MALFORMED);
    }
  }

  @Override
  public void forEachWindow(Interval interval, WindowVisitor action) {
    try {
      windows.read(channel, interval, action);
    } catch (RedisException e) {
      reportFailure(e);
    }
  }

  private void reportFailure(RedisException e) {
    incomplete = true;
    context.health().report(HealthTracker.Activity.OPEN, e);
  }
}
