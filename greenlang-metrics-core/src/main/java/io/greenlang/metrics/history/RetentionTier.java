package io.greenlang.metrics.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
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

  /** Ten years: no tier is fine enough for a longer retention to be useful. */
  private static final int MAX_DAYS = 3650;

  private final @Nullable Interval interval;
  private final ChronoUnit unit;

  @SuppressWarnings("ImmutableEnumChecker") // options are immutable
  private final Option<Duration> retention;

  private final int share;

  RetentionTier(
      @Nullable Interval interval,
      String variable,
      ChronoUnit unit,
      int defaultRetention,
      int share) {
    long max = Duration.ofDays(MAX_DAYS).dividedBy(unit.getDuration());
    this.interval = interval;
    this.unit = unit;
    this.retention = Options.duration(variable, unit, defaultRetention, 0, max);
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
    return retention.name();
  }

  /** Returns the unit of {@link #variable}: hours or days. */
  public ChronoUnit unit() {
    return unit;
  }

  /** Returns how long this tier is retained by default. */
  public Duration defaultRetention() {
    return Objects.requireNonNull(retention.defaultValue());
  }

  /** Returns the option that sets how long this tier is retained. Zero disables the tier. */
  Option<Duration> retention() {
    return retention;
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
