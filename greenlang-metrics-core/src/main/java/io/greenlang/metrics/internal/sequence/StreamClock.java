package io.greenlang.metrics.internal.sequence;

import java.util.function.LongSupplier;

/**
 * A clock that follows the times at which publications are logged. It stands still while a wall
 * clock that was set back a little catches up, so that windows stay in order. If a wall clock is
 * set back further, this clock follows it. Used under the channel lock.
 */
public final class StreamClock {

  /**
   * Larger than the corrections of a time service, and shorter than a noticeable delay of a window.
   */
  private static final long SMALL_STEP_MILLIS = 10_000;

  /**
   * The grace period: how long a sample may take to arrive. A later sample is counted in a later
   * window.
   */
  public static final long GRACE_MILLIS = 200;

  private long currentMillis = Long.MIN_VALUE;

  /** Advances the clock to the wall time and returns its time. */
  public long advanceTo(long wallMillis) {
    boolean stepped = wallMillis < currentMillis - SMALL_STEP_MILLIS;
    currentMillis = stepped ? wallMillis : Math.max(currentMillis, wallMillis);
    return currentMillis;
  }

  /**
   * Advances the clock to the time at which a publication was logged and returns its time.
   *
   * <p>Times in a log never decrease: after a log's clock was set back, they stay constant until
   * the clock has caught up. Meanwhile the wall clock is authoritative. Otherwise each publication
   * would move the time forward, and each tick back.
   */
  public long advanceTo(long publicationMillis, LongSupplier clock) {
    if (publicationMillis <= currentMillis + SMALL_STEP_MILLIS) {
      return advanceTo(publicationMillis);
    }
    long clockMillis = clock.getAsLong();
    return advanceTo(
        publicationMillis <= clockMillis + SMALL_STEP_MILLIS ? publicationMillis : clockMillis);
  }

  /**
   * Returns the time at which a sample counts in windows: its own timestamp, clamped to the grace
   * period before its arrival. The result is the same for windows of every interval, and it is
   * stored with the sample. Windows folded again later are therefore identical to the live ones.
   */
  public static long foldTime(long timeMillis, long logMillis) {
    return Math.max(logMillis - GRACE_MILLIS, Math.min(logMillis, timeMillis));
  }
}
