package io.greenlang.metrics.history;

import io.greenlang.metrics.internal.config.Environment;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The limits of a hub's history: a duration per tier, and the memory of each channel and of all
 * channels together. When a limit is reached, the oldest entries are evicted and counted.
 * Immutable.
 *
 * @param durations how long each tier is retained
 * @param bytesPerChannel the approximate memory limit of one channel's history, in bytes. Samples
 *     get half of it, one-minute windows a quarter, five-minute windows an eighth, and hourly and
 *     daily windows a sixteenth each. Zero disables history
 * @param maxTotalBytes the approximate memory limit of the history of all channels together, in
 *     bytes. Readers of history share a cache of decoded samples, which takes at most an eighth of
 *     this limit in addition
 */
public record Retention(
    Map<RetentionTier, Duration> durations, long bytesPerChannel, long maxTotalBytes) {

  private static final long MAX_DEFAULT_BYTES = 512L * 1024 * 1024;

  /** No history: clients can neither query it nor resume. */
  public static final Retention NONE = defaults().bytesPerChannel(0);

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if a tier has no duration, or if a duration or memory limit is
   *     negative
   */
  public Retention {
    Map<RetentionTier, Duration> copy = new EnumMap<>(RetentionTier.class);
    for (RetentionTier tier : RetentionTier.values()) {
      Duration duration = durations.get(tier);
      if (duration == null || duration.isNegative()) {
        throw new IllegalArgumentException(
            "retention of " + tier + " must be zero or more, but is " + duration);
      }
      copy.put(tier, duration);
    }
    if (bytesPerChannel < 0 || maxTotalBytes < 0) {
      throw new IllegalArgumentException(
          "bytesPerChannel and maxTotalBytes must be zero or more, but are "
              + bytesPerChannel
              + " and "
              + maxTotalBytes);
    }
    durations = Map.copyOf(copy);
  }

  /**
   * Returns the default retention: samples for one hour, one-minute windows for one day,
   * five-minute windows for one week, hourly windows for 30 days, and daily windows for one year.
   * The memory limit per channel is 512 MiB, or an eighth of the heap if that is less. The limit
   * for all channels together is a quarter of the heap.
   */
  public static Retention defaults() {
    return resolve(Environment.of(Map.of()));
  }

  /**
   * Returns the {@linkplain #defaults default} retention, with the durations that are set as system
   * properties or environment variables; see {@link RetentionTier#variable}. A system property
   * takes precedence.
   *
   * @throws IllegalArgumentException if a variable is not a whole number in its range
   */
  public static Retention fromEnvironment() {
    return resolve(Environment.process());
  }

  static Retention resolve(Environment environment) {
    Map<RetentionTier, Duration> durations = new EnumMap<>(RetentionTier.class);
    for (RetentionTier tier : RetentionTier.values()) {
      durations.put(tier, tier.retention().resolve(null, environment));
    }
    long heap = Runtime.getRuntime().maxMemory();
    return new Retention(durations, Math.min(MAX_DEFAULT_BYTES, heap / 8), heap / 4);
  }

  /**
   * Returns a copy with another duration for one tier.
   *
   * @param duration zero or more; zero disables the tier
   * @throws IllegalArgumentException if the duration is negative
   */
  public Retention withDuration(RetentionTier tier, Duration duration) {
    Map<RetentionTier, Duration> changed = new EnumMap<>(durations);
    changed.put(tier, duration);
    return new Retention(changed, bytesPerChannel, maxTotalBytes);
  }

  /**
   * Returns a copy with another memory limit per channel.
   *
   * @param bytes zero or more; zero disables history
   * @throws IllegalArgumentException if the limit is negative
   */
  public Retention bytesPerChannel(long bytes) {
    return new Retention(durations, bytes, maxTotalBytes);
  }

  /**
   * Returns a copy with another memory limit for all channels together.
   *
   * @param bytes zero or more
   * @throws IllegalArgumentException if the limit is negative
   */
  public Retention maxTotalBytes(long bytes) {
    return new Retention(durations, bytesPerChannel, bytes);
  }

  /** Returns whether history is enabled. */
  public boolean isEnabled() {
    return bytesPerChannel > 0;
  }

  /** Returns how long a tier is retained. */
  public Duration duration(RetentionTier tier) {
    return durations.getOrDefault(tier, Duration.ZERO);
  }
}
