package io.greenlang.metrics.history;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The past of one series, tier by tier. One thread writes, under the channel's lock; any thread may
 * read.
 */
public final class SeriesHistory {

  private final long id;
  private final String name;
  private final MetricType type;
  private final Tags tags;

  final ChunkList<SampleChunk> samples = new ChunkList<>();
  private final Map<RetentionTier, ChunkList<WindowChunk>> windows =
      new EnumMap<>(RetentionTier.class);

  /** It had nothing left, and was taken off the list of its channel's. */
  boolean forgotten;

  SeriesHistory(long id, String name, MetricType type, Tags tags) {
    this.id = id;
    this.name = name;
    this.type = type;
    this.tags = tags;
    for (RetentionTier tier : RetentionTier.values()) {
      if (tier.interval() != null) {
        windows.put(tier, new ChunkList<>());
      }
    }
  }

  /** Its number in its channel; grows with each new series. */
  public long id() {
    return id;
  }

  /** The metrics' name. */
  public String name() {
    return name;
  }

  /** The metrics' type. */
  public MetricType type() {
    return type;
  }

  /** The metrics' tags. */
  public Tags tags() {
    return tags;
  }

  /** All that there is of it now. Any thread. */
  public SeriesSnapshot snapshot() {
    return new SeriesSnapshot(this);
  }

  /** The windows of a tier that has some. */
  ChunkList<WindowChunk> windows(RetentionTier tier) {
    return Objects.requireNonNull(windows.get(tier));
  }

  boolean isEmpty() {
    return samples.now().isEmpty()
        && windows.values().stream().allMatch(list -> list.now().isEmpty());
  }
}
