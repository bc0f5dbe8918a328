package io.greenlang.metrics.internal.frame;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A builder of nested maps from dotted names: {@code cpu.percent} becomes {@code
 * {"cpu":{"percent":…}}}.
 *
 * <p>If two names claim the same key, the hidden value is stored under the empty key, which no part
 * of a name can be. So {@code memory} next to {@code memory.percent} becomes {@code
 * {"memory":{"":5,"percent":50}}}. The same applies to a name whose first part is a field of the
 * message itself, such as {@code tags}.
 */
final class SnapshotTree {

  private static final Set<String> FIELDS =
      Set.of("channel", "timestamp", "tags", "type", "offset", "replayed");
  private static final String OWN_VALUE = "";

  private final Map<String, Object> root = new LinkedHashMap<>();

  /** Adds a value. Each name is added at most once. */
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

  @SuppressWarnings("unchecked") // all maps in the tree were created by this method
  private static Map<String, Object> child(Map<String, Object> node, String key) {
    Object existing = node.get(key);
    if (existing instanceof Map<?, ?>) {
      return (Map<String, Object>) existing;
    }
    Map<String, Object> child = new LinkedHashMap<>();
    if (existing != null) {
      child.put(OWN_VALUE, existing);
    }
    node.put(key, child);
    return child;
  }
}
