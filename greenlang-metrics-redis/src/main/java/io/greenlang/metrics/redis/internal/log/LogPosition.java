package io.greenlang.metrics.redis.internal.log;

/**
 * A position in a channel's log, after a publication.
 *
 * @param epoch the epoch of the log, which changes when the log has lost its tail
 * @param offset the offset of that publication; 0 before the first
 * @param millis when it was logged; together with the offset, its id in the stream
 * @param metrics the number of metrics ever logged up to it
 */
public record LogPosition(String epoch, long offset, long millis, long metrics) {

  /** Returns the position after an entry. */
  public static LogPosition after(String epoch, LogEntry entry) {
    return new LogPosition(
        epoch, entry.offset(), entry.millis(), entry.metricsBefore() + entry.count());
  }

  /** Returns the same position in another epoch. */
  public LogPosition withEpoch(String otherEpoch) {
    return new LogPosition(otherEpoch, offset, millis, metrics);
  }

  /** Returns whether both positions are after the same publication. */
  public boolean isAt(long otherOffset, long otherMillis) {
    return offset == otherOffset && millis == otherMillis;
  }

  /** Returns the id of that publication in the stream. */
  public String id() {
    return millis + "-" + offset;
  }
}
