package io.greenlang.metrics.redis;

/**
 * A position in a channel's log, after a publication.
 *
 * @param epoch the epoch of the log, which changes when the log has lost its tail
 * @param offset the offset of that publication; 0 before the first
 * @param millis when it was logged; together with the offset, its id in the stream
 * @param metrics the number of metrics ever logged up to it
 */
record LogPosition(String epoch, long offset, long millis, long metrics) {

  /** Returns the position after an entry. */
  static LogPosition behind(String epoch, LogEntry entry) {
    return new LogPosition(
        epoch, entry.offset(), entry.millis(), entry.metricsBefore() + entry.count());
  }

  /** Returns the same position in another epoch. */
  LogPosition in(String otherEpoch) {
    return new LogPosition(otherEpoch, offset, millis, metrics);
  }

  /** Returns whether both positions are after the same publication. */
  boolean isAt(long otherOffset, long otherMillis) {
    return offset == otherOffset && millis == otherMillis;
  }
}
