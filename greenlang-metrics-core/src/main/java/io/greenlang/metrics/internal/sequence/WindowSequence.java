package io.greenlang.metrics.internal.sequence;

import io.greenlang.metrics.Interval;

/**
 * A sequence of window numbers for an interval, derived from time, so that every instance gives a
 * window the same number. When a clock is set back, the same times occur again: a new epoch begins,
 * whose numbers continue from the previous one. Used under the channel lock.
 */
public final class WindowSequence {

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
  private long resumableFrom = Long.MIN_VALUE;

  public WindowSequence(Interval interval, long openStart) {
    this.interval = interval;
    this.latest = openStart / interval.millis() - 1;
  }

  /** Returns the epoch of the window numbers, given the epoch of the publications. */
  public String epoch(String publicationEpoch) {
    String name = publicationEpoch + "." + interval.label();
    return restarts == 0 ? name : name + "." + restarts;
  }

  /** Records a gap in the open window. */
  public void recordGap() {
    resumableFrom = latest + 1;
  }

  /**
   * Returns the number of the first window from which a client can resume. A client that has
   * received this window was notified of every gap.
   */
  public long resumableFrom() {
    return resumableFrom;
  }

  /** Returns the number of the latest closed window. */
  public long latest() {
    return latest;
  }

  /** Records that a window has closed, and returns its number. */
  public long recordClosed(long startMillis) {
    latest = numberStartingAt(startMillis);
    return latest;
  }

  /** Records that all windows before this one are closed, including empty ones. */
  public void recordOpened(long startMillis) {
    latest = numberStartingAt(startMillis) - 1;
  }

  /** Begins a new epoch, because times repeat from here on. */
  public void restart(long openStart) {
    uniqueFromMillis = Math.max(uniqueFromMillis, startMillis(latest + 1));
    shift = latest + 1 - openStart / interval.millis();
    restarts++;
  }

  /** Returns the number of the window that starts at {@code startMillis}. */
  public long numberStartingAt(long startMillis) {
    return startMillis / interval.millis() + shift;
  }

  /** Returns the number of the window that contains a time. */
  public long numberContaining(long millis) {
    return numberStartingAt(interval.windowStart(millis));
  }

  /** Returns the start of a window in epoch milliseconds. */
  public long startMillis(long windowNumber) {
    return (windowNumber - shift) * interval.millis();
  }

  /**
   * Returns the number of the last window that is not available from a history retained since the
   * given time: the history has only a part of it, or its time occurred twice.
   *
   * @param retainedFromMillis the time from which the history is complete, in epoch milliseconds
   */
  public long lastUnavailable(long retainedFromMillis) {
    long millis = Math.max(retainedFromMillis, uniqueFromMillis);
    return millis == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : numberStartingAt(interval.windowStart(millis - 1));
  }

  /** Returns an immutable copy for other threads. */
  public WindowSequence copy() {
    WindowSequence copy = new WindowSequence(interval, 0);
    copy.shift = shift;
    copy.restarts = restarts;
    copy.latest = latest;
    copy.uniqueFromMillis = uniqueFromMillis;
    copy.resumableFrom = resumableFrom;
    return copy;
  }
}
