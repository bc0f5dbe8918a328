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

  /** The links of a series in this order. */
  static final class Links {
    private @Nullable Series earlier;
    private @Nullable Series later;
    private long movedNanos;
  }

  private @Nullable Series first;
  private @Nullable Series last;

  /** Adds a series as the one with the latest value. */
  void add(Series series, long nowNanos) {
    Links links = series.idleLinks;
    Series before = last;
    links.movedNanos = nowNanos;
    links.earlier = before;
    links.later = null;
    if (before == null) {
      first = series;
    } else {
      before.idleLinks.later = series;
    }
    last = series;
  }

  /** Removes a series. */
  void remove(Series series) {
    Links links = series.idleLinks;
    Series before = links.earlier;
    Series after = links.later;
    if (before == null) {
      first = after;
    } else {
      before.idleLinks.later = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.idleLinks.earlier = before;
    }
    links.earlier = null;
    links.later = null;
  }

  /** Moves a series to the end, because it has a new value. */
  void touch(Series series, long nowNanos) {
    long movedNanos = series.idleLinks.movedNanos;
    if (series != last && Math.abs(nowNanos - movedNanos) > RESOLUTION_NANOS) {
      remove(series);
      add(series, nowNanos);
    }
  }

  /** Returns the series that has been idle the longest; null if there is none. */
  @Nullable Series longestIdle() {
    return first;
  }
}
