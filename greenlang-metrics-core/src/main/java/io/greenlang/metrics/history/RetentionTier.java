package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** How closely the past is kept: the further back, the coarser. */
public enum RetentionTier {
  /** Every reading, as it came. */
  RAW(null, "METRIC_RAW_RETENTION_HOURS", ChronoUnit.HOURS, 1, 2),
  /** Windows of a minute. */
  SHORT(Interval.ONE_MINUTE, "METRIC_SHORT_RETENTION_HOURS", ChronoUnit.HOURS, 24, 4),
  /** Windows of five minutes. */
  MEDIUM(Interval.FIVE_MINUTES, "METRIC_MEDIUM_RETENTION_DAYS", ChronoUnit.DAYS, 7, 8),
  /** Windows of an hour. */
  LONG(Interval.ONE_HOUR, "METRIC_LONG_RETENTION_DAYS", ChronoUnit.DAYS, 30, 16),
  /** Windows of a day. */
  ARCHIVE(Interval.ONE_DAY, "METRIC_ARCHIVE_RETENTION_DAYS", ChronoUnit.DAYS, 365, 16);

  private final @Nullable Interval interval;
  private final String variable;
  private final ChronoUnit unit;
  private final Duration usual;
  private final int share;

  RetentionTier(
      @Nullable Interval interval, String variable, ChronoUnit unit, int usual, int share) {
    this.interval = interval;
    this.variable = variable;
    this.unit = unit;
    this.usual = Duration.of(usual, unit);
    this.share = share;
  }

  /** How long its windows are; null if it holds readings as they came. */
  public @Nullable Interval interval() {
    return interval;
  }

  /** The environment variable, or system property, that says how long it is kept. */
  public String variable() {
    return variable;
  }

  /** The unit of {@link #variable}: hours or days. */
  public ChronoUnit unit() {
    return unit;
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
