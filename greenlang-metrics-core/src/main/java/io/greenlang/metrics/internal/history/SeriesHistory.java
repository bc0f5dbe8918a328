package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.RetentionTier;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The history of one series, by tier. One thread writes, under the channel's lock; any thread may
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

  /** Whether the series became empty and was removed from its channel's map. */
  boolean removed;

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

  /** Returns the id of the series, which grows with each new series of its channel. */
  public long id() {
    return id;
  }

  /** Returns the name of the series' metrics. */
  public String name() {
    return name;
  }

  /** Returns the type of the series' metrics. */
  public MetricType type() {
    return type;
  }

  /** Returns the tags of the series' metrics. */
  public Tags tags() {
    return tags;
  }

  /** Returns a snapshot of the current contents. Any thread. */
  public SeriesSnapshot snapshot() {
    return new SeriesSnapshot(this);
  }

  /** Returns the windows of a tier that stores windows. */
  ChunkList<WindowChunk> windows(RetentionTier tier) {
    return Objects.requireNonNull(windows.get(tier));
  }

  boolean isEmpty() {
    return samples.snapshot().isEmpty()
        && windows.values().stream().allMatch(list -> list.snapshot().isEmpty());
  }
}
