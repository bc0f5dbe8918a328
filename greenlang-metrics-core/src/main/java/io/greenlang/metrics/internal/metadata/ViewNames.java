package io.greenlang.metrics.internal.metadata;

import io.greenlang.metrics.MetricDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of the series in a view, in order of arrival. A view that tags narrow must not reveal
 * names that only other series have. {@link #MAX_NAMES} at most; further ones are omitted.
 * Thread-safe.
 */
public final class ViewNames {

  /** The maximum number of names: twice the descriptions of a channel. */
  static final int MAX_NAMES = 2 * MetricDescription.MAX_PER_CHANNEL;

  /** The index of each name in the order. */
  private final Map<String, Integer> indexes = new HashMap<>();

  private final List<String> ordered = new ArrayList<>();
  private volatile int size;

  /** Adds the name of a series. */
  public synchronized void add(String name) {
    if (ordered.size() < MAX_NAMES && indexes.putIfAbsent(name, ordered.size()) == null) {
      ordered.add(name);
      size = ordered.size();
    }
  }

  /** Returns the number of names. */
  int size() {
    return size;
  }

  /** Returns whether a name is one of the first {@code count}. */
  synchronized boolean contains(String name, int count) {
    Integer index = indexes.get(name);
    return index != null && index < count;
  }

  /** Returns the names from an index on. */
  synchronized List<String> from(int index) {
    return List.copyOf(ordered.subList(index, ordered.size()));
  }
}
