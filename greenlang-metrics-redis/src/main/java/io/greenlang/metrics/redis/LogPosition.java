package io.greenlang.metrics.redis;

/**
 * A place in a channel's log, behind a publication.
 *
 * @param epoch names the log; another one says that it has lost its end
 * @param offset that publication's number; 0 before the first
 * @param millis when it was logged; with the offset, its name in the stream
 * @param metrics how many metrics were logged up to it, ever
 */
record LogPosition(String epoch, long offset, long millis, long metrics) {

  /** Behind an entry. */
  static LogPosition behind(String epoch, LogEntry entry) {
    return new LogPosition(
        epoch, entry.offset(), entry.millis(), entry.metricsBefore() + entry.count());
  }

  /** The same place in another log. */
  LogPosition in(String otherEpoch) {
    return new LogPosition(otherEpoch, offset, millis, metrics);
  }

  /** Whether it is the same publication that both are behind. */
  boolean isAt(long otherOffset, long otherMillis) {
    return offset == otherOffset && millis == otherMillis;
  }
}
