package io.greenlang.metrics.redis;

import io.greenlang.metrics.broker.Interruption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings a course to the end of its log, whatever has happened to either: nothing, a few
 * publications that did not come by the bus, some that are not to be had any more, or a log that
 * has lost its end, because Redis was restarted from an older copy or a replica took over. The
 * dispatcher's thread.
 */
final class CatchUp {

  private final LogReader reader;
  private final Counters counters;

  CatchUp(LogReader reader, Counters counters) {
    this.reader = reader;
    this.counters = counters;
  }

  /** Reads all there is; afterwards, the bus can be followed. */
  void run(Course course) throws RedisFailure {
    LogReader.End end = reader.end(course.channel());
    LogPosition from = course.position();
    if (from == null) {
      begin(course, end);
    } else {
      follow(course, from, end);
    }
    course.markFresh();
  }

  /** There was no Redis when the channel was opened: what was logged since then is to be had. */
  private void begin(Course course, LogReader.End end) throws RedisFailure {
    long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - course.openedNanos());
    LogPosition position = end.position();
    LogEntry last = readAll(course, position.epoch(), (end.nowMillis() - age) + "-0", null);
    finish(course, position, last, false);
  }

  private void follow(Course course, LogPosition from, LogReader.End firstEnd) throws RedisFailure {
    LogReader.End end = firstEnd;
    if (hasLostItsEnd(from, end.position())) {
      end = reader.renew(course.channel(), from.epoch());
    }
    boolean turned = !end.position().epoch().equals(from.epoch());
    if (turned) {
      course.turn(from, end.position().epoch());
    } else if (from.isAt(end.position().offset(), end.position().millis())) {
      return; // nearly always
    }
    String id = from.millis() + "-" + from.offset();
    LogReader.Page first = reader.read(course.channel(), id, "+");
    if (!turned && isAnother(from, first)) {
      end = reader.renew(course.channel(), from.epoch());
      course.turn(from, end.position().epoch());
      turned = true;
    }
    LogEntry last = readAll(course, end.position().epoch(), id, first);
    finish(course, end.position(), last, turned);
  }

  /** Whether the log ends before the place to which it was seen. */
  private static boolean hasLostItsEnd(LogPosition seen, LogPosition end) {
    return end.epoch().equals(seen.epoch())
        && (end.offset() < seen.offset()
            || (end.offset() == seen.offset() && end.millis() != seen.millis()));
  }

  /** Whether the log goes on behind another publication than the one that was seen. */
  private static boolean isAnother(LogPosition seen, LogReader.Page page) {
    if (page.entries().isEmpty()) {
      return false; // it was trimmed
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

  /** Takes what lies behind the course's place; the last of it, or null if there was nothing. */
  private @Nullable LogEntry readAll(
      Course course, String epoch, String fromId, LogReader.@Nullable Page firstPage)
      throws RedisFailure {
    LogPosition seen = course.position();
    LogReader.Page page =
        firstPage == null ? reader.read(course.channel(), fromId, "+") : firstPage;
    LogEntry last = null;
    while (true) {
      List<LogEntry> entries = page.entries();
      for (LogEntry entry : entries) {
        last = entry;
        if (seen == null || !seen.isAt(entry.offset(), entry.millis())) {
          course.take(epoch, entry);
          counters.filled.increment();
        }
      }
      if (page.isLast() || last == null) {
        return last;
      }
      page = reader.read(course.channel(), "(" + last.millis() + "-" + last.offset(), "+");
    }
  }

  /** Goes to where the log ends, also if the last entries have been trimmed. */
  private static void finish(
      Course course, LogPosition end, @Nullable LogEntry last, boolean turned) {
    if (last != null && last.offset() >= end.offset()) {
      return;
    }
    LogPosition at = course.position();
    if (at == null) {
      course.jump(end, 0); // nothing was logged since the channel was opened
    } else if (turned || end.metrics() < at.metrics()) {
      course.jump(end, Interruption.UNKNOWN);
    } else {
      course.jump(end, end.metrics() - at.metrics());
    }
  }
}
