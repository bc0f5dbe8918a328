package io.greenlang.metrics.history;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How much of the past a hub keeps: each tier for its time, and all of them together within an
 * amount of memory. Whichever bound is met first, the oldest goes, and that is counted.
 *
 * @param times how long each tier is kept
 * @param bytesPerChannel how much memory the history of one channel may take, about; half of it for
 *     readings, a quarter for windows of a minute, an eighth for those of five, and a sixteenth
 *     each for those of an hour and of a day. Zero: there is no history
 * @param bytesInAll how much memory the history of all channels together may take, about
 */
public record Retention(Map<RetentionTier, Duration> times, long bytesPerChannel, long bytesInAll) {

  private static final long MAX_USUAL_BYTES = 512L * 1024 * 1024;

  /** No history at all: clients can neither ask for it nor come back to where they were. */
  public static final Retention NONE = usual().bytesPerChannel(0);

  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException if a tier has no time, or the time or the memory is negative
   */
  public Retention {
    Map<RetentionTier, Duration> copy = new EnumMap<>(RetentionTier.class);
    for (RetentionTier tier : RetentionTier.values()) {
      Duration time = times.get(tier);
      if (time == null || time.isNegative()) {
        throw new IllegalArgumentException(
            "how long " + tier + " is kept must be zero or more, but is " + time);
      }
      copy.put(tier, time);
    }
    if (bytesPerChannel < 0 || bytesInAll < 0) {
      throw new IllegalArgumentException(
          "bytesPerChannel and bytesInAll must be zero or more, but are "
              + bytesPerChannel
              + " and "
              + bytesInAll);
    }
    times = Map.copyOf(copy);
  }

  /**
   * Readings for an hour, windows of a minute for a day, of five for a week, of an hour for 30 days
   * and of a day for a year; in 512 MiB a channel, or an eighth of the heap if that is less, and a
   * quarter of the heap in all.
   */
  public static Retention usual() {
    return of(RetentionVariables.read(variable -> null));
  }

  /**
   * {@link #usual}, but for the times that the environment or system properties give; see {@link
   * RetentionTier#variable}. A system property wins.
   *
   * @throws IllegalArgumentException if one is not a whole number in its range
   */
  public static Retention configured() {
    return of(RetentionVariables.read(RetentionVariables::ofProcess));
  }

  private static Retention of(Map<RetentionTier, Duration> times) {
    long heap = Runtime.getRuntime().maxMemory();
    return new Retention(times, Math.min(MAX_USUAL_BYTES, heap / 8), heap / 4);
  }

  /** The same, but for how long one tier is kept. */
  public Retention keep(RetentionTier tier, Duration time) {
    Map<RetentionTier, Duration> changed = new EnumMap<>(times);
    changed.put(tier, time);
    return new Retention(changed, bytesPerChannel, bytesInAll);
  }

  /** The same, but for the memory of each channel. */
  public Retention bytesPerChannel(long bytes) {
    return new Retention(times, bytes, bytesInAll);
  }

  /** The same, but for the memory of all channels together. */
  public Retention bytesInAll(long bytes) {
    return new Retention(times, bytesPerChannel, bytes);
  }

  /** Whether anything is kept. */
  public boolean isKept() {
    return bytesPerChannel > 0;
  }

  /** How long a tier is kept. */
  public Duration time(RetentionTier tier) {
    return times.getOrDefault(tier, Duration.ZERO);
  }
}
