package io.greenlang.metrics.internal.util;

/**
 * The end of one slice of work under a lock for which publishers wait. A slice ends after a number
 * of entries, or after {@value #MAX_NANOS} ns: an entry whose memory is in no cache takes ten times
 * as long as another. It has at least one entry. Used by one thread.
 */
public final class SliceLimit {

  /** The time after which no entry is begun: half of that for which a publisher tries again. */
  public static final long MAX_NANOS = 50_000;

  private final int maxEntries;
  private final long maxNanos;
  private final long startNanos = System.nanoTime();
  private int entries;

  SliceLimit(int maxEntries, long maxNanos) {
    this.maxEntries = maxEntries;
    this.maxNanos = maxNanos;
  }

  /** Begins a slice of at most the given number of entries. */
  public static SliceLimit of(int maxEntries) {
    return new SliceLimit(maxEntries, MAX_NANOS);
  }

  /** Returns whether another entry is part of the slice, and counts it. */
  public boolean next() {
    boolean more =
        entries == 0 || (entries < maxEntries && System.nanoTime() - startNanos < maxNanos);
    if (more) {
      entries++;
    }
    return more;
  }
}
