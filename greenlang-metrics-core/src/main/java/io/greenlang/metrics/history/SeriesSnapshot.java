package io.greenlang.metrics.history;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The past of one series as it was when it was asked for. What is let go meanwhile stays readable
 * here; what is added meanwhile may be seen or not, so whoever reads says up to where. Any thread.
 */
public final class SeriesSnapshot {

  private final SeriesHistory series;
  final List<SampleChunk> samples;
  private final Map<RetentionTier, List<WindowChunk>> windows = new EnumMap<>(RetentionTier.class);

  SeriesSnapshot(SeriesHistory series) {
    this.series = series;
    this.samples = series.samples.now();
    for (RetentionTier tier : RetentionTier.values()) {
      if (tier.interval() != null) {
        windows.put(tier, series.windows(tier).now());
      }
    }
  }

  /** The series' number in its channel; grows with each new series. */
  public long id() {
    return series.id();
  }

  /** The metrics' name. */
  public String name() {
    return series.name();
  }

  /** The metrics' type. */
  public MetricType type() {
    return series.type();
  }

  /** The metrics' tags. */
  public Tags tags() {
    return series.tags();
  }

  /** The windows of a tier that has some. */
  List<WindowChunk> windows(RetentionTier tier) {
    return Objects.requireNonNull(windows.get(tier));
  }
}
