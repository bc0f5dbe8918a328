package io.greenlang.metrics;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a window of aggregation is. Windows are aligned to the clock: see {@link #windowOf}. All
 * but {@link #ONE_DAY} can be had live; that one is for history.
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
   * One day of UTC: what history keeps longest. Too long to wait for, so no client can subscribe to
   * it.
   */
  ONE_DAY("1d", Duration.ofDays(1));

  private final String label;
  private final long millis;

  Interval(String label, Duration length) {
    this.label = label;
    this.millis = length.toMillis();
  }

  /** The interval of this name; null if there is none. */
  public static @Nullable Interval of(String label) {
    for (Interval interval : values()) {
      if (interval.label.equals(label)) {
        return interval;
      }
    }
    return null;
  }

  /**
   * The name in messages: {@code 1s}, {@code 5s}, {@code 1m}, {@code 5m}, {@code 1h}, {@code 1d}.
   */
  public String label() {
    return label;
  }

  /** The length in milliseconds. */
  public long millis() {
    return millis;
  }

  /**
   * The start of the window that an instant lies in, both in milliseconds since 1970. Windows start
   * at multiples of the interval since then, so those of every instance are the same.
   */
  public long windowOf(long timeMillis) {
    return Math.floorDiv(timeMillis, millis) * millis;
  }

  /**
   * What a stretch of time of any length is called in messages: as many of the largest of days,
   * hours, minutes and seconds as it is a multiple of, so that an interval's own length has its own
   * label. {@code 40s} is a window that was widened over eight of {@code 5s}.
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
