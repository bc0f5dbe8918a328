package io.greenlang.metrics.internal.util;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.hash.SeededHash;
import java.util.Set;

/** The identity of a series: the metrics of a channel that share name, type and tags. */
public record SeriesKey(Channel channel, String name, MetricType type, Tags tags) {

  /**
   * Returns the hash code of the key with these parts; the channel does not contribute. It differs
   * in each process, so publishers cannot choose series that collide.
   */
  public static int hash(String name, MetricType type, Tags tags) {
    return 31 * (31 * SeededHash.of(name) + type.hashCode()) + tags.hashCode();
  }

  /** Returns whether the key has these parts, in any channel. */
  public boolean hasParts(String otherName, MetricType otherType, Tags otherTags) {
    return name.equals(otherName) && type.equals(otherType) && tags.equals(otherTags);
  }

  /** Returns the key of the group of all series that differ from this one only in other tags. */
  public SeriesKey retainTags(Set<String> keys) {
    return new SeriesKey(channel, name, type, tags.retainKeys(keys));
  }

  /** Returns {@link #hash} of the parts. */
  @Override
  public int hashCode() {
    return hash(name, type, tags);
  }
}
