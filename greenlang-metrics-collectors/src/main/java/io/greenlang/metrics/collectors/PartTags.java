package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tags of a whole, such as a host, and of its parts, such as its mounts. Those of the parts are
 * kept, because making them costs more than reading a number; at most {@value #MAX_KEPT}. One
 * thread.
 */
final class PartTags {

  private static final int MAX_KEPT = 4096;

  private record Part(String dimension, String name, Tags further) {
    Tags of(Tags whole) {
      Map<String, String> all = new TreeMap<>(whole.asMap());
      all.putAll(further.asMap());
      all.put(dimension, TagValue.clean(name));
      return Tags.of(all);
    }
  }

  private final Tags whole;
  private final Map<Part, Tags> parts = new HashMap<>();

  PartTags(Tags whole) {
    this.whole = whole;
  }

  Tags whole() {
    return whole;
  }

  /**
   * The tags of the whole, {@code further} ones, and {@code dimension=name}, with a name that is
   * made fit for a tag.
   */
  Tags of(String dimension, String name, Tags further) {
    if (parts.size() >= MAX_KEPT) {
      parts.clear(); // names that come and go, such as containers' interfaces
    }
    return parts.computeIfAbsent(new Part(dimension, name, further), part -> part.of(whole));
  }
}
