package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** A resolution of history: the longer a tier is retained, the coarser it is. */
public enum RetentionTier {
  /** All samples, as they were published. */
  RAW(null, "METRIC_RAW_RETENTION_HOURS", ChronoUnit.HOURS, 1, 2),
  /** One-minute windows. */
  SHORT(Interval.ONE_MINUTE, "METRIC_SHORT_RETENTION_HOURS", ChronoUnit.HOURS, 24, 4),
  /** Five-minute windows. */
  MEDIUM(Interval.FIVE_MINUTES, "METRIC_MEDIUM_RETENTION_DAYS", ChronoUnit.DAYS, 7, 8),
  /** Hourly windows. */
  LONG(Interval.ONE_HOUR, "METRIC_LONG_RETENTION_DAYS", ChronoUnit.DAYS, 30, 16),
  /** Daily windows. */
  ARCHIVE(Interval.ONE_DAY, "METRIC_ARCHIVE_RETENTION_DAYS", ChronoUnit.DAYS, 365, 16);

  private final @Nullable Interval interval;
  private final String variable;
  private final ChronoUnit unit;
  private final Duration defaultRetention;
  private final int share;

  RetentionTier(
      @Nullable Interval interval,
      String variable,
      ChronoUnit unit,
      int defaultRetention,
      int share) {
    this.interval = interval;
    this.variable = variable;
    this.unit = unit;
    this.defaultRetention = Duration.of(defaultRetention, unit);
    this.share = share;
  }

  /** Returns the length of this tier's windows; null if it stores samples. */
  public @Nullable Interval interval() {
    return interval;
  }

  /**
   * Returns the name of the environment variable, or system property, that sets how long this tier
   * is retained.
   */
  public String variable() {
    return variable;
  }

  /** Returns the unit of {@link #variable}: hours or days. */
  public ChronoUnit unit() {
    return unit;
  }

  /** Returns how long this tier is retained by default. */
  public Duration defaultRetention() {
    return defaultRetention;
  }

  /** Returns the tier that stores windows of this length; null if there is none. */
  public static @Nullable RetentionTier of(Interval interval) {
    for (RetentionTier tier : values()) {
      if (interval == tier.interval) {
        return tier;
      }
    }
    return null;
  }

  /**
   * Returns this tier's share of a channel's memory limit: half for samples, the rest for the other
   * tiers.
   */
  public long bytesOf(long channelBytes) {
    return channelBytes / share;
  }
}
