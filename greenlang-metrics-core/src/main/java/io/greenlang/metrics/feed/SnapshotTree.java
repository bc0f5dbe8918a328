package io.greenlang.metrics.feed;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Nested maps from dotted names: {@code cpu.percent} becomes {@code {"cpu":{"percent":…}}}.
 *
 * <p>Where two names claim one place, the one that would be hidden stands under the empty key,
 * which no part of a name can be: {@code memory} beside {@code memory.percent} becomes {@code
 * {"memory":{"":5,"percent":50}}}. So does a name whose first part is a field of the message
 * itself, such as {@code tags}.
 */
final class SnapshotTree {

  private static final Set<String> FIELDS =
      Set.of("channel", "timestamp", "tags", "type", "offset", "replayed");
  private static final String OWN_VALUE = "";

  private final Map<String, Object> root = new LinkedHashMap<>();

  void put(String name, double value) {
    String[] parts = name.split("\\.", -1);
    Map<String, Object> node = FIELDS.contains(parts[0]) ? child(root, OWN_VALUE) : root;
    for (int i = 0; i < parts.length - 1; i++) {
      node = child(node, parts[i]);
    }
    String leaf = parts[parts.length - 1];
    if (node.get(leaf) instanceof Map<?, ?>) {
      child(node, leaf).put(OWN_VALUE, value);
    } else {
      node.put(leaf, value);
    }
  }

  Map<String, Object> root() {
    return root;
  }

  @SuppressWarnings("unchecked") // the maps in the tree are those that this method put there
  private static Map<String, Object> child(Map<String, Object> node, String key) {
    Object there = node.get(key);
    if (there instanceof Map<?, ?>) {
      return (Map<String, Object>) there;
    }
    Map<String, Object> child = new LinkedHashMap<>();
    if (there != null) {
      child.put(OWN_VALUE, there);
    }
    node.put(key, child);
    return child;
  }
}
