package io.greenlang.metrics.websocket.internal.columnar;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The series that the readers of a view know, by id. Ids count from 0 in the order of definition.
 */
final class SeriesDictionary {

  /** A series that has not been used in this many publications counts as gone. */
  private static final int RECENT = 1024;

  /** The dictionary may have this many series of which none exists any more. */
  private static final int MIN_LIMIT = 1024;

  /** A defined series. */
  static final class Entry {
    /** The object that identifies it. */
    final Object key;

    /** The names of its fields; empty if it has only a value. */
    final List<String> fields;

    final int id;
    final int firstLane;
    private long lastUsed;

    Entry(Object key, List<String> fields, int id, int firstLane) {
      this.key = key;
      this.fields = fields;
      this.id = id;
      this.firstLane = firstLane;
    }
  }

  private List<Entry> entries = new ArrayList<>();
  private IdentityHashMap<Object, Entry> byKey = new IdentityHashMap<>();
  private long publication;
  private int limit = MIN_LIMIT;

  /** Removes all series, whatever their number, at once: publishers wait. */
  void clear() {
    entries = new ArrayList<>();
    byKey = new IdentityHashMap<>();
  }

  /** Begins a publication; returns whether most of the series are gone. */
  boolean beginPublication() {
    publication++;
    if (entries.size() <= limit) {
      return false;
    }
    int live = 0;
    for (Entry each : entries) {
      live += publication - each.lastUsed <= RECENT ? 1 : 0;
    }
    limit = 2 * live + MIN_LIMIT;
    return entries.size() > limit;
  }

  int size() {
    return entries.size();
  }

  /**
   * Returns the series of a metric; null if it is to be defined.
   *
   * @param likelyId the id that the series probably has
   */
  @Nullable Entry find(Object key, MetricNumbers numbers, int metric, int likelyId) {
    Entry found = likelyId < entries.size() ? entries.get(likelyId) : null;
    if (found == null || found.key != key) {
      found = byKey.get(key);
    }
    if (found == null || !numbers.hasFields(metric, found.fields)) {
      return null;
    }
    found.lastUsed = publication;
    return found;
  }

  /** Defines a series, which replaces one with the same key and other fields. */
  Entry add(Object key, List<String> fields, int firstLane) {
    Entry added = new Entry(key, fields, entries.size(), firstLane);
    added.lastUsed = publication;
    entries.add(added);
    byKey.put(key, added);
    return added;
  }
}
