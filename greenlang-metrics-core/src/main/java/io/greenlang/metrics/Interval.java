package io.greenlang.metrics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The length of an aggregation window. Windows are aligned to the clock (see {@link #windowStart}).
 * Clients can subscribe to every interval except {@link #ONE_DAY}, which exists for history only.
 */
public enum Interval {
  /** One second. */
  ONE_SECOND("1s", Duration.ofSeconds(1)),
  /** Five seconds. */
  FIVE_SECONDS("5s", Duration.ofSeconds(5)),
  /** One minute. */
  ONE_MINUTE("1m", Duration.ofMinutes(1)),
  /** Five minutes. */
  FIVE_MINUTES("5m", Duration.ofMinutes(5)),
  /** One hour. */
  ONE_HOUR("1h", Duration.ofHours(1)),
  /**
   * One UTC day: the interval that history retains longest. No client can subscribe to it, because
   * a live window of a day is too long to wait for.
   */
  ONE_DAY("1d", Duration.ofDays(1));

  private final String label;
  private final long millis;

  Interval(String label, Duration length) {
    this.label = label;
    this.millis = length.toMillis();
  }

  /** Returns the interval with this label; null if there is none. */
  public static @Nullable Interval ofLabel(String label) {
    for (Interval interval : values()) {
      if (interval.label.equals(label)) {
        return interval;
      }
    }
    return null;
  }

  /**
   * Returns the label that messages use: {@code 1s}, {@code 5s}, {@code 1m}, {@code 5m}, {@code 1h}
   * or {@code 1d}.
   */
  public String label() {
    return label;
  }

  /** Returns the length in milliseconds. */
  public long millis() {
    return millis;
  }

  /**
   * Returns the start of the window that contains an instant, in epoch milliseconds. Windows start
   * at multiples of the interval since the epoch, so all instances use the same windows.
   *
   * @param timeMillis the instant, in epoch milliseconds
   */
  public long windowStart(long timeMillis) {
    return Math.floorDiv(timeMillis, millis) * millis;
  }

  /**
   * Returns the label for a duration of any length. It uses the largest unit of days, hours,
   * minutes and seconds that divides the duration, so an interval's own length yields the
   * interval's own label. {@code 40s} labels a window merged from eight {@code 5s} windows.
   *
   * @param lengthMillis the duration, in milliseconds
   */
  public static String label(long lengthMillis) {
    if (lengthMillis % ONE_DAY.millis == 0) {
      return lengthMillis / ONE_DAY.millis + "d";
    }
    if (lengthMillis % ONE_HOUR.millis == 0) {
      return lengthMillis / ONE_HOUR.millis + "h";
    }
    if (lengthMillis % ONE_MINUTE.millis == 0) {
      return lengthMillis / ONE_MINUTE.millis + "m";
    }
    return lengthMillis / ONE_SECOND.millis + "s";
  }
}
