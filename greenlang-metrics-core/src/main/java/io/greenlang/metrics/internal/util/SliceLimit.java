package io.greenlang.metrics.internal.util;

/**
 * The end of one slice of work under a lock for which publishers wait. A slice ends after a number
 * of entries, or after {@value #MAX_NANOS} ns: an entry whose memory is in no cache takes ten times
 * as long as another. Used by one thread.
 */
public final class SliceLimit {

  /** The time after which no entry is begun: half of that for which a publisher tries again. */
  public static final long MAX_NANOS = 50_000;

  /** The number of entries between two looks at the clock. A slice has at least that many. */
  static final int ENTRIES_PER_LOOK = 8;

  private final int maxEntries;
  private final long startNanos = System.nanoTime();
  private int entries;

  private SliceLimit(int maxEntries) {
    this.maxEntries = maxEntries;
  }

  /** Begins a slice of at most the given number of entries. */
  public static SliceLimit of(int maxEntries) {
    return new SliceLimit(maxEntries);
  }

  /** Returns whether another entry is part of the slice, and counts it. */
  public boolean next() {
    boolean more = entries < maxEntries && !isTimeOver();
    if (more) {
      entries++;
    }
    return more;
  }

  private boolean isTimeOver() {
    return entries > 0
        && entries % ENTRIES_PER_LOOK == 0
        && System.nanoTime() - startNanos >= MAX_NANOS;
  }
}
