package io.greenlang.metrics.internal.temporality;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The runs of programs of which the state of a histogram was discarded. Its observations were
 * published, so the next point of the same run must not count in full. The series of a program
 * mostly have the same start, which identifies its run. Memory: {@value #MAX_STARTS} starts; of
 * further ones, all that are not later count as discarded. Thread-safe.
 */
final class DiscardedRuns {

  private static final int MAX_STARTS = 1_024;

  private final Set<Long> starts = new LinkedHashSet<>();
  private long latestForgotten;

  /** Adds the run that began at a time. */
  synchronized void add(long startNanos) {
    starts.add(startNanos);
    if (starts.size() > MAX_STARTS) {
      Iterator<Long> oldest = starts.iterator();
      long forgotten = oldest.next();
      oldest.remove();
      if (Long.compareUnsigned(forgotten, latestForgotten) > 0) {
        latestForgotten = forgotten;
      }
    }
  }

  /** Returns whether the run that began at a time is, or may be, one of these. */
  synchronized boolean contains(long startNanos) {
    return starts.contains(startNanos) || Long.compareUnsigned(startNanos, latestForgotten) <= 0;
  }
}
