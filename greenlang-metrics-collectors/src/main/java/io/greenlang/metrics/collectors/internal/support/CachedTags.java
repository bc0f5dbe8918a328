package io.greenlang.metrics.collectors.internal.support;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.TagValue;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cache of the tags of a whole, such as a host, and of its parts, such as its mounts. The tags of
 * parts are cached, because creating them costs more than reading a value; at most {@value
 * #MAX_CACHED} are kept. Confined to one thread.
 */
public final class CachedTags {

  private static final int MAX_CACHED = 4096;

  private record Part(String dimension, String name, Tags additionalTags) {
    Tags mergedWith(Tags baseTags) {
      Map<String, String> merged = new TreeMap<>(baseTags.asMap());
      merged.putAll(additionalTags.asMap());
      merged.put(dimension, TagValue.sanitize(name));
      return Tags.of(merged);
    }
  }

  private final Tags baseTags;
  private final Map<Part, Tags> parts = new HashMap<>();

  /** Creates a cache for a whole with these tags. */
  public CachedTags(Tags baseTags) {
    this.baseTags = baseTags;
  }

  Tags baseTags() {
    return baseTags;
  }

  /**
   * Returns the tags of the whole, {@code additionalTags}, and {@code dimension=name} with the name
   * sanitized.
   */
  Tags forPart(String dimension, String name, Tags additionalTags) {
    if (parts.size() >= MAX_CACHED) {
      parts.clear(); // names that change, such as those of containers' interfaces
    }
    return parts.computeIfAbsent(
        new Part(dimension, name, additionalTags), part -> part.mergedWith(baseTags));
  }
}
