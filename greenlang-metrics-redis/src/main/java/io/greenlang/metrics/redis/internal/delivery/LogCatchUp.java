package io.greenlang.metrics.redis.internal.delivery;

import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.LogReader;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.BrokerCounters.Counter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The catch-up of a channel's delivery with its log, whatever has happened to either. The bus may
 * have missed nothing, or a few publications; some may no longer be in the log. The log itself may
 * have lost its tail, because Redis was restarted from an older copy or a replica took over. Used
 * by the dispatcher's thread only.
 */
final class LogCatchUp {

  private final LogReader reader;
  private final BrokerCounters counters;

  LogCatchUp(LogReader reader, BrokerCounters counters) {
    this.reader = reader;
    this.counters = counters;
  }

  /** Reads everything up to the end of the log; afterwards, the channel can follow the bus. */
  void run(ChannelDelivery delivery) throws RedisException {
    LogReader.End end = reader.end(delivery.channel());
    LogPosition from = delivery.position();
    if (from == null) {
      readFromStart(delivery, end);
    } else {
      readFromPosition(delivery, from, end);
    }
    delivery.markFresh();
  }

  /** Reads the entries logged since the channel was opened without Redis. */
  private void readFromStart(ChannelDelivery delivery, LogReader.End end) throws RedisException {
    long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - delivery.openedNanos());
    LogPosition position = end.position();
    LogReader.Page first = reader.read(delivery.channel(), (end.nowMillis() - age) + "-0", "+");
    LogEntry last = readAll(delivery, position.epoch(), first);
    moveToEnd(delivery, position, last, false);
  }

  private void readFromPosition(ChannelDelivery delivery, LogPosition from, LogReader.End firstEnd)
      throws RedisException {
    LogPosition end = firstEnd.position();
    if (hasLostTail(from, end)) {
      end = reader.startEpoch(delivery.channel(), from.epoch()).position();
    }
    boolean epochChanged = !end.epoch().equals(from.epoch());
    if (epochChanged) {
      delivery.switchEpoch(from, end.epoch());
    } else if (from.isAt(end.offset(), end.millis())) {
      return; // the common case
    }
    LogReader.Page first = reader.read(delivery.channel(), from.id(), "+");
    if (!epochChanged && hasDiverged(from, first)) {
      end = reader.startEpoch(delivery.channel(), from.epoch()).position();
      delivery.switchEpoch(from, end.epoch());
      epochChanged = true;
    }
    LogEntry last = readAll(delivery, end.epoch(), first);
    moveToEnd(delivery, end, last, epochChanged);
  }

  /** Returns whether the log ends before the position that was already read. */
  private static boolean hasLostTail(LogPosition seen, LogPosition end) {
    return end.epoch().equals(seen.epoch())
        && (end.offset() < seen.offset()
            || (end.offset() == seen.offset() && end.millis() != seen.millis()));
  }

  /** Returns whether the log continues after a different publication than the one that was read. */
  private static boolean hasDiverged(LogPosition seen, LogReader.Page page) {
    if (page.entries().isEmpty()) {
      return false; // the log was trimmed
    }
    LogEntry first = page.entries().get(0);
    if (seen.isAt(first.offset(), first.millis())) {
      return false;
    }
    return first.offset() <= seen.offset()
        || (first.offset() == seen.offset() + 1
            && seen.offset() > 0
            && first.previousMillis() != seen.millis());
  }

  /**
   * Consumes the entries of a page and of all that follow it, except those already consumed.
   *
   * @return the last one; null if there is none
   */
  private @Nullable LogEntry readAll(
      ChannelDelivery delivery, String epoch, LogReader.Page firstPage) throws RedisException {
    LogPosition consumed = delivery.position();
    LogReader.Page page = firstPage;
    LogEntry last = null;
    while (true) {
      for (LogEntry entry : page.entries()) {
        last = entry;
        if (consumed == null || !consumed.isAt(entry.offset(), entry.millis())) {
          delivery.onLogEntry(epoch, entry);
          counters.increment(Counter.FILLED);
        }
      }
      if (page.isLast() || last == null) {
        return last;
      }
      page = reader.read(delivery.channel(), "(" + last.id(), "+");
    }
  }

  /** Moves the channel to the end of the log, even if the last entries have been trimmed. */
  private static void moveToEnd(
      ChannelDelivery delivery, LogPosition end, @Nullable LogEntry last, boolean epochChanged) {
    if (last != null && last.offset() >= end.offset()) {
      return;
    }
    LogPosition position = delivery.position();
    if (position == null) {
      delivery.seek(end, 0); // nothing was logged after the channel was opened
    } else if (epochChanged || end.metrics() < position.metrics()) {
      delivery.seek(end, Gap.UNKNOWN);
    } else {
      delivery.seek(end, end.metrics() - position.metrics());
    }
  }
}
