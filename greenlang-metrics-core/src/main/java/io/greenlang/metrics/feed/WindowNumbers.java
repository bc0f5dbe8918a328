package io.greenlang.metrics.feed;

import io.greenlang.metrics.Interval;

/**
 * A sequence of window numbers for an interval, derived from time, so that every instance gives a
 * window the same number. When a clock is set back, the same times occur again: a new epoch begins,
 * whose numbers continue from the previous one. Used under the channel lock.
 */
final class WindowNumbers {

  private final Interval interval;

  /** The difference between a window's number and the number derived from its time. */
  private long shift;

  private int restarts;
  private long latest;

  /** Times before this one occurred twice, so a time does not identify a window. */
  private long uniqueFromMillis = Long.MIN_VALUE;

  /**
   * The number of the window that contains the latest gap; {@link Long#MIN_VALUE} if there was no
   * gap.
   */
  private long brokenAt = Long.MIN_VALUE;

  WindowNumbers(Interval interval, long openStart) {
    this.interval = interval;
    this.latest = openStart / interval.millis() - 1;
  }

  /** Returns the epoch of the window numbers, given the epoch of the publications. */
  String epoch(String publicationEpoch) {
    String name = publicationEpoch + "." + interval.label();
    return restarts == 0 ? name : name + "." + restarts;
  }

  /** Records a gap in the open window. */
  void interrupt() {
    brokenAt = latest + 1;
  }

  /**
   * Returns the number of the first window from which a client can resume. A client that has
   * received this window was notified of every gap.
   */
  long brokenAt() {
    return brokenAt;
  }

  /** Returns the number of the latest closed window. */
  long newest() {
    return latest;
  }

  /** Records that a window has closed, and returns its number. */
  long close(long startMillis) {
    latest = number(startMillis);
    return latest;
  }

  /** Records that all windows before this one are closed, including empty ones. */
  void opened(long startMillis) {
    latest = number(startMillis) - 1;
  }

  /** Begins a new epoch, because times repeat from here on. */
  void restart(long openStart) {
    uniqueFromMillis = Math.max(uniqueFromMillis, start(latest + 1));
    shift = latest + 1 - openStart / interval.millis();
    restarts++;
  }

  /** Returns the number of the window that starts at {@code startMillis}. */
  long number(long startMillis) {
    return startMillis / interval.millis() + shift;
  }

  /** Returns the number of the window that contains a time. */
  long numberAt(long millis) {
    return number(interval.windowOf(millis));
  }

  /** Returns the start of a window in epoch milliseconds. */
  long start(long number) {
    return (number - shift) * interval.millis();
  }

  /**
   * Returns the number of the last window that is not available from a history retained since the
   * given time: the history has only a part of it, or its time occurred twice.
   *
   * @param retainedFromMillis the time from which the history is complete, in epoch milliseconds
   */
  long lastBefore(long retainedFromMillis) {
    long millis = Math.max(retainedFromMillis, uniqueFromMillis);
    return millis == Long.MIN_VALUE ? Long.MIN_VALUE : number(interval.windowOf(millis - 1));
  }

  /** Returns an immutable copy for other threads. */
  WindowNumbers frozen() {
    WindowNumbers copy = new WindowNumbers(interval, 0);
    copy.shift = shift;
    copy.restarts = restarts;
    copy.latest = latest;
    copy.uniqueFromMillis = uniqueFromMillis;
    copy.brokenAt = brokenAt;
    return copy;
  }
}
