package io.greenlang.metrics.feed;

import java.util.function.LongSupplier;

/**
 * The time by which publications are logged: the hub's, but it stands still while a clock that was
 * set back a little catches up, so that windows stay in order. A clock that is set back by more
 * takes the log's time with it. Under the channel's lock.
 */
final class LogTime {

  /** Larger than what a time service corrects by, and shorter than anybody waits for a window. */
  private static final long SMALL_STEP_MILLIS = 10_000;

  /** How long what was measured takes to get here, at most; what takes longer counts later. */
  static final long GRACE_MILLIS = 200;

  private long now = Long.MIN_VALUE;

  /** The time now, given the wall's. */
  long at(long wallMillis) {
    boolean stepped = wallMillis < now - SMALL_STEP_MILLIS;
    now = stepped ? wallMillis : Math.max(now, wallMillis);
    return now;
  }

  /**
   * The time now, given when a publication was logged. The times in a log never fall: those of a
   * log whose clock was set back stand where they were until it has come as far again. Meanwhile
   * the clock counts, or each publication would take the time forward, and each tick back again.
   */
  long at(long publicationMillis, LongSupplier clock) {
    if (publicationMillis <= now + SMALL_STEP_MILLIS) {
      return at(publicationMillis);
    }
    long clockMillis = clock.getAsLong();
    return at(
        publicationMillis <= clockMillis + SMALL_STEP_MILLIS ? publicationMillis : clockMillis);
  }

  /**
   * The time by which a reading counts in windows: its own, as far as that lies within the moment
   * of grace before it came, else the nearer end of that. It is the same for windows of every
   * length, and it is kept with the reading: so windows that are folded again later are the very
   * ones that were live.
   */
  static long fold(long timeMillis, long logMillis) {
    return Math.max(logMillis - GRACE_MILLIS, Math.min(logMillis, timeMillis));
  }
}
