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
 * Which tags a metric must have: for each key of the filter, one of its values. Immutable; two
 * filters that were written differently but mean the same are equal, so they share a feed.
 */
public final class TagFilter {

  /** Lets everything through. */
  public static final TagFilter ALL = new TagFilter(Collections.emptySortedMap());

  /** How many keys a filter can have. */
  public static final int MAX_KEYS = 16;

  /** How many values each key can have. */
  public static final int MAX_VALUES = 16;

  private final SortedMap<String, SortedSet<String>> allowed;

  private TagFilter(SortedMap<String, SortedSet<String>> allowed) {
    this.allowed = allowed;
  }

  /**
   * A filter from the values allowed for each key.
   *
   * @throws IllegalArgumentException if there are more than {@value #MAX_KEYS} keys, a key has no
   *     value or more than {@value #MAX_VALUES}, or a text is longer than a tag's can be
   */
  public static TagFilter of(Map<String, ? extends Collection<String>> allowed) {
    if (allowed.isEmpty()) {
      return ALL;
    }
    if (allowed.size() > MAX_KEYS) {
      throw new IllegalArgumentException("at most " + MAX_KEYS + " tags in a filter");
    }
    SortedMap<String, SortedSet<String>> copy = new TreeMap<>();
    allowed.forEach(
        (key, values) -> {
          if (key.isEmpty() || key.length() > Tags.MAX_KEY_LENGTH) {
            throw new IllegalArgumentException(
                "a tag's key has 1 to " + Tags.MAX_KEY_LENGTH + " characters");
          }
          if (values.isEmpty() || values.size() > MAX_VALUES) {
            throw new IllegalArgumentException("a tag has 1 to " + MAX_VALUES + " values");
          }
          if (values.stream().anyMatch(value -> value.length() > Tags.MAX_VALUE_LENGTH)) {
            throw new IllegalArgumentException(
                "a tag's value has at most " + Tags.MAX_VALUE_LENGTH + " characters");
          }
          copy.put(key, new TreeSet<>(values));
        });
    return new TagFilter(copy);
  }

  /** Whether the tags have an allowed value for every key of this filter. */
  public boolean matches(Tags tags) {
    for (Map.Entry<String, SortedSet<String>> entry : allowed.entrySet()) {
      String value = tags.get(entry.getKey());
      if (value == null || !entry.getValue().contains(value)) {
        return false;
      }
    }
    return true;
  }

  /** The key that the fewest values are allowed for; null if there is none. */
  public @Nullable String narrowestKey() {
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

  /** The values allowed for a key of this filter; none if it has no such key. */
  public SortedSet<String> values(String key) {
    SortedSet<String> values = allowed.get(key);
    return values == null
        ? Collections.emptySortedSet()
        : Collections.unmodifiableSortedSet(values);
  }

  /** What both filters let through; nothing at all where they contradict each other. */
  public TagFilter and(TagFilter other) {
    SortedMap<String, SortedSet<String>> both = new TreeMap<>(allowed);
    other.allowed.forEach(
        (key, values) ->
            both.merge(
                key,
                values,
                (mine, theirs) -> {
                  SortedSet<String> common = new TreeSet<>(mine);
                  common.retainAll(theirs);
                  return common;
                }));
    return new TagFilter(both);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TagFilter filter && allowed.equals(filter.allowed);
  }

  @Override
  public int hashCode() {
    return allowed.hashCode();
  }

  /** Such as {@code {env=[production, staging]}}. */
  @Override
  public String toString() {
    return allowed.toString();
  }
}
