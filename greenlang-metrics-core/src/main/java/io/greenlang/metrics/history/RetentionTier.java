package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How closely the past is kept: the further back, the coarser. */
public enum RetentionTier {
  /** Every reading, as it came. */
  RAW(null, Duration.ofHours(1), 2),
  /** Windows of a minute. */
  SHORT(Interval.ONE_MINUTE, Duration.ofHours(24), 4),
  /** Windows of five minutes. */
  MEDIUM(Interval.FIVE_MINUTES, Duration.ofDays(7), 8),
  /** Windows of an hour. */
  LONG(Interval.ONE_HOUR, Duration.ofDays(30), 16),
  /** Windows of a day. */
  ARCHIVE(Interval.ONE_DAY, Duration.ofDays(365), 16);

  private final @Nullable Interval interval;
  private final Duration usual;
  private final int share;

  RetentionTier(@Nullable Interval interval, Duration usual, int share) {
    this.interval = interval;
    this.usual = usual;
    this.share = share;
  }

  /** How long its windows are; null if it holds readings as they came. */
  public @Nullable Interval interval() {
    return interval;
  }

  /** How long it is kept if nothing else is asked for. */
  public Duration usual() {
    return usual;
  }

  /** The tier that holds windows of this length; null if none does. */
  public static @Nullable RetentionTier of(Interval interval) {
    for (RetentionTier tier : values()) {
      if (interval == tier.interval) {
        return tier;
      }
    }
    return null;
  }

  /** What of {@code bytes} this tier may have: half for readings, the rest for the others. */
  long shareOf(long bytes) {
    return bytes / share;
  }
}
