package io.greenlang.metrics.subscription;

import io.greenlang.metrics.Tags;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A filter on tags: a metric must have, for each key of the filter, one of the allowed values.
 * Immutable. Two filters that are written differently but mean the same are equal, so they share a
 * feed.
 */
public final class TagFilter {

  /** The filter that every metric passes. */
  public static final TagFilter ALL = new TagFilter(Collections.emptySortedMap());

  /** The maximum number of keys of a filter. */
  public static final int MAX_KEYS = 16;

  /** The maximum number of values per key. */
  public static final int MAX_VALUES = 16;

  private final SortedMap<String, SortedSet<String>> allowed;

  private TagFilter(SortedMap<String, SortedSet<String>> allowed) {
    this.allowed = allowed;
  }

  /**
   * Returns a filter from the allowed values of each key.
   *
   * @throws IllegalArgumentException if there are more than {@value #MAX_KEYS} keys, if a key has
   *     no value or more than {@value #MAX_VALUES}, or if a key or value is longer than a tag's can
   *     be
   */
  public static TagFilter of(Map<String, ? extends Collection<String>> allowed) {
    if (allowed.isEmpty()) {
      return ALL;
    }
    if (allowed.size() > MAX_KEYS) {
      throw new IllegalArgumentException("a tag filter must have at most " + MAX_KEYS + " keys");
    }
    SortedMap<String, SortedSet<String>> copy = new TreeMap<>();
    allowed.forEach(
        (key, values) -> {
          if (key.isEmpty() || key.length() > Tags.MAX_KEY_LENGTH) {
            throw new IllegalArgumentException(
                "a tag's key must have 1 to " + Tags.MAX_KEY_LENGTH + " characters");
          }
          if (values.isEmpty() || values.size() > MAX_VALUES) {
            throw new IllegalArgumentException("a tag must have 1 to " + MAX_VALUES + " values");
          }
          if (values.stream().anyMatch(value -> value.length() > Tags.MAX_VALUE_LENGTH)) {
            throw new IllegalArgumentException(
                "a tag's value must have at most " + Tags.MAX_VALUE_LENGTH + " characters");
          }
          copy.put(key, new TreeSet<>(values));
        });
    return new TagFilter(copy);
  }

  /** Returns whether the tags have an allowed value for every key of this filter. */
  public boolean matches(Tags tags) {
    for (Map.Entry<String, SortedSet<String>> entry : allowed.entrySet()) {
      String value = tags.get(entry.getKey());
      if (value == null || !entry.getValue().contains(value)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the key with the fewest allowed values; null if the filter has no keys. */
  public @Nullable String mostSelectiveKey() {
    String narrowest = null;
    int fewest = Integer.MAX_VALUE;
    for (Map.Entry<String, SortedSet<String>> entry : allowed.entrySet()) {
      if (entry.getValue().size() < fewest) {
        narrowest = entry.getKey();
        fewest = entry.getValue().size();
      }
    }
    return narrowest;
  }

  /** Returns the allowed values of a key; empty if the filter does not contain the key. */
  public SortedSet<String> values(String key) {
    SortedSet<String> values = allowed.get(key);
    return values == null
        ? Collections.emptySortedSet()
        : Collections.unmodifiableSortedSet(values);
  }

  /**
   * Returns the intersection of this filter and another. The result matches nothing if they
   * contradict each other.
   */
  public TagFilter intersect(TagFilter other) {
    SortedMap<String, SortedSet<String>> intersection = new TreeMap<>(allowed);
    other.allowed.forEach(
        (key, values) ->
            intersection.merge(
                key,
                values,
                (mine, theirs) -> {
                  SortedSet<String> common = new TreeSet<>(mine);
                  common.retainAll(theirs);
                  return common;
                }));
    return new TagFilter(intersection);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TagFilter filter && allowed.equals(filter.allowed);
  }

  @Override
  public int hashCode() {
    return allowed.hashCode();
  }

  /** Returns, for example, {@code {env=[production, staging]}}. */
  @Override
  public String toString() {
    return allowed.toString();
  }
}
