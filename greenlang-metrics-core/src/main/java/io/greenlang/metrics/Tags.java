package io.greenlang.metrics;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The dimensions of a metric: a small sorted map of text to text, such as {@code host=web-1,
 * env=production}.
 *
 * <p>At most {@value #MAX_TAGS} tags; keys have 1 to {@value #MAX_KEY_LENGTH} characters and values
 * up to {@value #MAX_VALUE_LENGTH}, none of them control characters. The hash is computed once,
 * because a metric is looked up by its tags on every publication.
 */
public final class Tags {

  /** How many tags a metric can have. */
  public static final int MAX_TAGS = 16;

  /** The longest key, in characters. */
  public static final int MAX_KEY_LENGTH = 64;

  /** The longest value, in characters. */
  public static final int MAX_VALUE_LENGTH = 256;

  private static final Tags EMPTY = new Tags(new String[0]);

  /** Keys and values in turn, sorted by key. */
  private final String[] pairs;

  private final int hash;

  private Tags(String[] pairs) {
    this.pairs = pairs;
    this.hash = Arrays.hashCode(pairs);
  }

  /** No tags. */
  public static Tags empty() {
    return EMPTY;
  }

  /**
   * Tags from keys and values in turn: {@code Tags.of("host", "web-1", "env", "production")}.
   *
   * @throws IllegalArgumentException if a value is missing, a key comes twice, or a limit is passed
   */
  public static Tags of(String... keysAndValues) {
    if (keysAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "tags need a value for each key, but got " + keysAndValues.length + " texts");
    }
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      if (map.put(keysAndValues[i], keysAndValues[i + 1]) != null) {
        throw new IllegalArgumentException(
            "tag \"" + Text.shown(keysAndValues[i]) + "\" is given twice");
      }
    }
    return of(map);
  }

  /**
   * Tags from a map, which is copied.
   *
   * @throws IllegalArgumentException if a limit is passed
   */
  public static Tags of(Map<String, String> map) {
    if (map.isEmpty()) {
      return EMPTY;
    }
    if (map.size() > MAX_TAGS) {
      throw new IllegalArgumentException(map.size() + " tags; at most " + MAX_TAGS);
    }
    String[] pairs = new String[2 * map.size()];
    int i = 0;
    for (Map.Entry<String, String> tag : new TreeMap<>(map).entrySet()) {
      pairs[i++] = Text.requireName("tag key", tag.getKey(), MAX_KEY_LENGTH);
      pairs[i++] = Text.require("tag value", tag.getValue(), MAX_VALUE_LENGTH);
    }
    return new Tags(pairs);
  }

  /** These tags with one more, or with another value for that key. */
  public Tags and(String key, String value) {
    Map<String, String> map = new TreeMap<>(asMap());
    map.put(key, value);
    return of(map);
  }

  /** Those of these tags whose keys are in {@code keys}. */
  public Tags keep(Collection<String> keys) {
    Map<String, String> map = new TreeMap<>(asMap());
    map.keySet().retainAll(keys);
    return of(map);
  }

  /** The value of a key, or null when there is no such tag. */
  public @Nullable String get(String key) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(key)) {
        return pairs[i + 1];
      }
    }
    return null;
  }

  /** How many tags there are. */
  public int size() {
    return pairs.length / 2;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return pairs.length == 0;
  }

  /** Calls {@code action} with each key and value, sorted by key. */
  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < pairs.length; i += 2) {
      action.accept(pairs[i], pairs[i + 1]);
    }
  }

  /** The tags as an unmodifiable map, sorted by key. */
  public Map<String, String> asMap() {
    Map<String, String> map = new LinkedHashMap<>();
    forEach(map::put);
    return Collections.unmodifiableMap(map);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Tags tags && hash == tags.hash && Arrays.equals(pairs, tags.pairs));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Such as {@code {env=production, host=web-1}}. */
  @Override
  public String toString() {
    return asMap().toString();
  }
}
