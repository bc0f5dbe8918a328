package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A snapshot of one series' history. Data that is evicted later stays readable here. Data that is
 * added later may be visible or not, so a reader must specify an upper bound. Any thread.
 */
public final class SeriesSnapshot {

  private final SeriesHistory series;
  final List<SampleChunk> samples;

  /** Whether samples before the first one were evicted. */
  final boolean shortened;

  /** The stored windows of each tier; empty in a snapshot of samples. */
  private final Map<RetentionTier, List<WindowChunk>> windows;

  SeriesSnapshot(SeriesHistory series, boolean withWindows) {
    this.series = series;
    this.samples = series.samples.snapshot();
    this.shortened = series.samples.isShortened(); // after the list, which may be longer
    this.windows = withWindows ? windowsOf(series) : Map.of();
  }

  private static Map<RetentionTier, List<WindowChunk>> windowsOf(SeriesHistory series) {
    Map<RetentionTier, List<WindowChunk>> windows = new EnumMap<>(RetentionTier.class);
    for (RetentionTier tier : RetentionTier.values()) {
      if (tier.interval() != null) {
        windows.put(tier, series.windows(tier).snapshot());
      }
    }
    return windows;
  }

  /** Returns the id of the series, which grows with each new series of its channel. */
  public long id() {
    return series.id();
  }

  /** Returns the identity of the series. */
  public SeriesKey key() {
    return series.key();
  }

  /** Returns a snapshot of the current contents of the same series. */
  public SeriesSnapshot renewed() {
    return series.snapshot();
  }

  /** Returns the time of the earliest entry of a tier; {@link Long#MAX_VALUE} if it has none. */
  public long earliestMillis(RetentionTier tier) {
    long earliest = Long.MAX_VALUE;
    for (Chunk chunk : chunks(tier)) {
      earliest = chunk.count() == 0 ? earliest : Math.min(earliest, chunk.earliestMillis());
    }
    return earliest;
  }

  private List<? extends Chunk> chunks(RetentionTier tier) {
    return tier.interval() == null ? samples : windows(tier);
  }

  /** Returns the windows of a tier that stores windows. */
  List<WindowChunk> windows(RetentionTier tier) {
    return Objects.requireNonNull(windows.get(tier));
  }
}
