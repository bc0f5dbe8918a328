package io.greenlang.metrics.redis.internal.delivery;

import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.LogReader;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings the delivery of a channel to the end of its log, whatever has happened to either. The bus
 * may have missed nothing, or a few publications; some may no longer be in the log. The log itself
 * may have lost its tail, because Redis was restarted from an older copy or a replica took over.
 * Used by the dispatcher's thread only.
 */
final class LogCatchUp {

  private final LogReader reader;
  private final BrokerCounters counters;

  LogCatchUp(LogReader reader, BrokerCounters counters) {
    this.reader = reader;
    this.counters = counters;
  }

  /** Reads everything up to the end of the log; afterwards, the channel can follow the bus. */
  void run(ChannelDelivery course) throws RedisException {
    LogReader.End end = reader.end(course.channel());
    LogPosition from = course.position();
    if (from == null) {
      readFromStart(course, end);
    } else {
      readFromPosition(course, from, end);
    }
    course.markFresh();
  }

  /** Reads what was logged since the channel was opened without Redis. */
  private void readFromStart(ChannelDelivery course, LogReader.End end) throws RedisException {
    long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - course.openedNanos());
    LogPosition position = end.position();
    LogEntry last = readAll(course, position.epoch(), (end.nowMillis() - age) + "-0", null);
    moveToEnd(course, position, last, false);
  }

  private void readFromPosition(ChannelDelivery course, LogPosition from, LogReader.End firstEnd)
      throws RedisException {
    LogReader.End end = firstEnd;
    if (hasLostTail(from, end.position())) {
      end = reader.startEpoch(course.channel(), from.epoch());
    }
    boolean epochChanged = !end.position().epoch().equals(from.epoch());
    if (epochChanged) {
      course.turn(from, end.position().epoch());
    } else if (from.isAt(end.position().offset(), end.position().millis())) {
      return; // the common case
    }
    String id = from.millis() + "-" + from.offset();
    LogReader.Page first = reader.read(course.channel(), id, "+");
    if (!epochChanged && hasDiverged(from, first)) {
      end = reader.startEpoch(course.channel(), from.epoch());
      course.turn(from, end.position().epoch());
      epochChanged = true;
    }
    LogEntry last = readAll(course, end.position().epoch(), id, first);
    moveToEnd(course, end.position(), last, epochChanged);
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
   * Consumes the entries after the channel's position; returns the last one, or null if there is
   * none.
   */
  private @Nullable LogEntry readAll(
      ChannelDelivery course, String epoch, String fromId, LogReader.@Nullable Page firstPage)
      throws RedisException {
    LogPosition seen = course.position();
    LogReader.Page page =
        firstPage == null ? reader.read(course.channel(), fromId, "+") : firstPage;
    LogEntry last = null;
    while (true) {
      List<LogEntry> entries = page.entries();
      for (LogEntry entry : entries) {
        last = entry;
        if (seen == null || !seen.isAt(entry.offset(), entry.millis())) {
          course.onEntry(epoch, entry);
          counters.filled.increment();
        }
      }
      if (page.isLast() || last == null) {
        return last;
      }
      page = reader.read(course.channel(), "(" + last.millis() + "-" + last.offset(), "+");
    }
  }

  /** Moves the channel to the end of the log, even if the last entries have been trimmed. */
  private static void moveToEnd(
      ChannelDelivery course, LogPosition end, @Nullable LogEntry last, boolean epochChanged) {
    if (last != null && last.offset() >= end.offset()) {
      return;
    }
    LogPosition position = course.position();
    if (position == null) {
      course.jump(end, 0); // nothing was logged after the channel was opened
    } else if (epochChanged || end.metrics() < position.metrics()) {
      course.jump(end, Gap.UNKNOWN);
    } else {
      course.jump(end, end.metrics() - position.metrics());
    }
  }
}
