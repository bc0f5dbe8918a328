package io.greenlang.metrics.internal.feed;

import org.jspecify.annotations.Nullable;

/**
 * The series of a table, ordered by the time of their latest value. The series that has been idle
 * the longest is found at once, whatever the number of series. Used under the channel lock.
 *
 * <p>A series moves at most once per second, so the order is exact to within a second.
 */
final class IdleOrder {

  private static final long RESOLUTION_NANOS = 1_000_000_000L;

  private @Nullable Series first;
  private @Nullable Series last;

  /** Adds a series as the one with the latest value. */
  void add(Series series, long nowNanos) {
    Series before = last;
    series.idleMovedNanos = nowNanos;
    series.earlierIdle = before;
    series.laterIdle = null;
    if (before == null) {
      first = series;
    } else {
      before.laterIdle = series;
    }
    last = series;
  }

  /** Removes a series. */
  void remove(Series series) {
    Series before = series.earlierIdle;
    Series after = series.laterIdle;
    if (before == null) {
      first = after;
    } else {
      before.laterIdle = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.earlierIdle = before;
    }
    series.earlierIdle = null;
    series.laterIdle = null;
  }

  /** Moves a series to the end, because it has a new value. */
  void touch(Series series, long nowNanos) {
    if (series != last && Math.abs(nowNanos - series.idleMovedNanos) > RESOLUTION_NANOS) {
      remove(series);
      add(series, nowNanos);
    }
  }

  /** Returns the series that has been idle the longest; null if there is none. */
  @Nullable Series longestIdle() {
    return first;
  }
}
