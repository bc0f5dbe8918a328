package io.greenlang.metrics.redis;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The newest publication of each node that came by a channel's log. At most {@value #MAX_NODES}
 * nodes: the one that was not heard longest is forgotten. One thread.
 */
final class NodeSequences {

  static final int MAX_NODES = 1_024;

  private final Map<String, Long> newest =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_NODES;
        }
      };

  /**
   * Takes notice of a publication.
   *
   * @return whether it is newer than all that came of that node
   */
  boolean advance(String node, long sequence) {
    Long before = newest.get(node);
    if (before != null && sequence <= before) {
      return false;
    }
    newest.put(node, sequence);
    return true;
  }
}
