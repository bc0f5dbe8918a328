package io.greenlang.metrics.internal.temporality;

import java.util.TreeSet;

/**
 * The runs of programs of which the state of a histogram was discarded. Its observations were
 * published, so the next point of the same run must not count in full. The series of a program
 * mostly have the same start, which identifies its run. Therefore the first point of each new
 * series of such a run does not count either. Memory: {@value #MAX_STARTS} starts. Beyond them the
 * earliest is forgotten, and all that are not later count as discarded. Thread-safe.
 */
final class DiscardedRuns {

  static final int MAX_STARTS = 1_024;

  private final TreeSet<Long> starts = new TreeSet<>(Long::compareUnsigned);
  private long latestForgotten;

  /**
   * Adds a run.
   *
   * @param startNanos the time at which it began, since 1970
   * @param nowNanos the present, since 1970
   */
  synchronized void add(long startNanos, long nowNanos) {
    if (!contains(startNanos)) {
      starts.add(startNanos);
      if (starts.size() > MAX_STARTS) {
        forgetOne(nowNanos);
      }
    }
  }

  /**
   * Forgets the latest start if it is in the future, where the wrong clock of one program put it.
   * As the latest forgotten one, it would make all later runs of all programs count as discarded.
   */
  private void forgetOne(long nowNanos) {
    if (Long.compareUnsigned(starts.last(), nowNanos) > 0) {
      starts.remove(starts.last());
    } else {
      latestForgotten = starts.first(); // greater than before, because contains() was false
      starts.remove(latestForgotten);
    }
  }

  /** Returns whether the run that began at a time is, or may be, one of these. */
  synchronized boolean contains(long startNanos) {
    return starts.contains(startNanos) || Long.compareUnsigned(startNanos, latestForgotten) <= 0;
  }
}
