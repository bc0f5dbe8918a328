package io.greenlang.metrics.internal.frame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The successive snapshots of one publication with the same tags and time. A snapshot has one
 * number for each name. If a name occurs again, as another observation or with another type, its
 * further values are in the following snapshots: the n-th value in the n-th snapshot. So no value
 * hides another one, and there are never more snapshots than metrics.
 */
final class SnapshotSequence {

  private final List<SnapshotTree> trees = new ArrayList<>();
  private final Map<String, Integer> occurrences = new HashMap<>();

  /** Adds a value to the first snapshot that has none of this name. */
  void add(String name, double value) {
    int index = occurrences.merge(name, 1, Integer::sum) - 1;
    if (index == trees.size()) {
      trees.add(new SnapshotTree());
    }
    trees.get(index).put(name, value);
  }

  /** Returns the snapshots in the order in which the client receives them. */
  List<SnapshotTree> trees() {
    return trees;
  }
}
