package io.greenlang.metrics.internal.metadata;

import io.greenlang.metrics.MetricDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names of the series in a view, in order of arrival. A view that tags narrow must not reveal
 * names that only other series have. {@link #MAX_NAMES} at most; further ones are omitted.
 * Thread-safe.
 */
public final class ViewNames {

  /** The maximum number of names: twice the descriptions of a channel. */
  static final int MAX_NAMES = 2 * MetricDescription.MAX_PER_CHANNEL;

  private final Set<String> known = new HashSet<>();
  private final List<String> ordered = new ArrayList<>();
  private volatile int size;

  /** Adds the name of a series. */
  public synchronized void add(String name) {
    if (ordered.size() < MAX_NAMES && known.add(name)) {
      ordered.add(name);
      size = ordered.size();
    }
  }

  /** Returns the number of names. */
  int size() {
    return size;
  }

  synchronized boolean contains(String name) {
    return known.contains(name);
  }

  /** Returns the names from an index on. */
  synchronized List<String> from(int index) {
    return List.copyOf(ordered.subList(index, ordered.size()));
  }
}
