package io.greenlang.metrics.feed;

import io.greenlang.metrics.Interval;

/**
 * Numbers the windows of an interval by their time, so that every instance gives a window the same
 * number. When a clock is set back the same times come again: then a new numbering begins, which
 * goes on from where the old one ended. Under the channel's lock.
 */
final class WindowNumbers {

  private final Interval interval;

  /** What a window's number is more than its time says. */
  private long skew;

  private int restarts;
  private long newest;

  /** Times before this came twice: what is told by time is of either. */
  private long onceFromMillis = Long.MIN_VALUE;

  /** Something is missing in the windows behind this one, or before; none so far if smallest. */
  private long brokenAt = Long.MIN_VALUE;

  WindowNumbers(Interval interval, long openStart) {
    this.interval = interval;
    this.newest = openStart / interval.millis() - 1;
  }

  /** What a numbering is called that goes on with that of the publications. */
  String epoch(String ofPublications) {
    String name = ofPublications + "." + interval.label();
    return restarts == 0 ? name : name + "." + restarts;
  }

  /** Something is missing in the window that is open now. */
  void interrupt() {
    brokenAt = newest + 1;
  }

  /** Who has seen this window was told of everything that is missing. */
  long brokenAt() {
    return brokenAt;
  }

  /** The newest window that was closed. */
  long newest() {
    return newest;
  }

  /** The window that starts there is closed now. */
  long close(long startMillis) {
    newest = number(startMillis);
    return newest;
  }

  /** All windows before this one are closed, those without a reading too. */
  void opened(long startMillis) {
    newest = number(startMillis) - 1;
  }

  /** Times come again from here. */
  void restart(long openStart) {
    onceFromMillis = Math.max(onceFromMillis, start(newest + 1));
    skew = newest + 1 - openStart / interval.millis();
    restarts++;
  }

  long number(long startMillis) {
    return startMillis / interval.millis() + skew;
  }

  /** The window that a time lies in. */
  long numberAt(long millis) {
    return number(interval.windowOf(millis));
  }

  /** Where a window starts, in milliseconds since 1970. */
  long start(long number) {
    return (number - skew) * interval.millis();
  }

  /**
   * The last window that cannot be had from a past that reaches back to that time, in milliseconds
   * since 1970: not all of it is there, or its time came twice.
   */
  long lastBefore(long reachesFrom) {
    long millis = Math.max(reachesFrom, onceFromMillis);
    return millis == Long.MIN_VALUE ? Long.MIN_VALUE : number(interval.windowOf(millis - 1));
  }

  /** The numbering as it is now, for other threads. */
  WindowNumbers frozen() {
    WindowNumbers copy = new WindowNumbers(interval, 0);
    copy.skew = skew;
    copy.restarts = restarts;
    copy.newest = newest;
    copy.onceFromMillis = onceFromMillis;
    copy.brokenAt = brokenAt;
    return copy;
  }
}
