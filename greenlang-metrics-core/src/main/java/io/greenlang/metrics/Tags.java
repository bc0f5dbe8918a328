package io.greenlang.metrics;

import io.greenlang.metrics.internal.hash.SeededHash;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The dimensions of a metric: a small immutable map of keys to values, sorted by key, such as
 * {@code host=web-1, env=production}.
 *
 * <p>A metric has at most {@value #MAX_TAGS} tags. A key has 1 to {@value #MAX_KEY_LENGTH}
 * characters and a value at most {@value #MAX_VALUE_LENGTH}; neither may contain control
 * characters. The key {@code __proto__} is rejected, because clients in JavaScript cannot receive
 * it. The hash code is computed once, because every publication looks its metrics up by tags.
 */
public final class Tags {

  /** The maximum number of tags of a metric. */
  public static final int MAX_TAGS = 16;

  /** The maximum length of a key, in characters. */
  public static final int MAX_KEY_LENGTH = 64;

  /** The maximum length of a value, in characters. */
  public static final int MAX_VALUE_LENGTH = 256;

  private static final Tags EMPTY = new Tags(new String[0]);

  /** Alternating keys and values, sorted by key. */
  private final String[] pairs;

  private final int hash;

  private Tags(String[] pairs) {
    this.pairs = pairs;
    this.hash = SeededHash.of(pairs);
  }

  /** Returns the empty tags. */
  public static Tags empty() {
    return EMPTY;
  }

  /**
   * Returns tags from alternating keys and values: {@code Tags.of("host", "web-1", "env",
   * "production")}.
   *
   * @throws IllegalArgumentException if a value is missing, a key occurs twice, or a limit is
   *     exceeded
   */
  public static Tags of(String... keysAndValues) {
    if (keysAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "tags need a value for each key, but got "
              + keysAndValues.length
              + " strings, an odd number");
    }
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      if (map.put(keysAndValues[i], keysAndValues[i + 1]) != null) {
        throw new IllegalArgumentException(
            "tag \"" + Text.escaped(keysAndValues[i]) + "\" must be given only once");
      }
    }
    return of(map);
  }

  /**
   * Returns tags from a map, which is copied.
   *
   * @throws IllegalArgumentException if a limit is exceeded
   */
  public static Tags of(Map<String, String> map) {
    if (map.isEmpty()) {
      return EMPTY;
    }
    if (map.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          "got " + map.size() + " tags, but at most " + MAX_TAGS + " are allowed");
    }
    String[] pairs = new String[2 * map.size()];
    int i = 0;
    for (Map.Entry<String, String> tag : new TreeMap<>(map).entrySet()) {
      pairs[i++] = Text.requireKey("tag key", tag.getKey(), MAX_KEY_LENGTH);
      pairs[i++] = Text.require("tag value", tag.getValue(), MAX_VALUE_LENGTH);
    }
    return new Tags(pairs);
  }

  /**
   * Returns these tags with one added, or with the value of an existing key replaced.
   *
   * @throws IllegalArgumentException if a limit is exceeded
   */
  public Tags with(String key, String value) {
    Map<String, String> map = new TreeMap<>(asMap());
    map.put(key, value);
    return of(map);
  }

  /** Returns the tags whose keys are in {@code keys}. */
  public Tags retainKeys(Collection<String> keys) {
    String[] retained = new String[pairs.length];
    int length = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      if (keys.contains(pairs[i])) {
        retained[length++] = pairs[i];
        retained[length++] = pairs[i + 1];
      }
    }
    if (length == pairs.length) {
      return this;
    }
    return length == 0 ? EMPTY : new Tags(Arrays.copyOf(retained, length));
  }

  /** Returns the value of a key; null if there is no such tag. */
  public @Nullable String get(String key) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(key)) {
        return pairs[i + 1];
      }
    }
    return null;
  }

  /** Returns the number of tags. */
  public int size() {
    return pairs.length / 2;
  }

  /** Returns whether there are no tags. */
  public boolean isEmpty() {
    return pairs.length == 0;
  }

  /** Calls {@code action} with each key and value, in order of the keys. */
  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < pairs.length; i += 2) {
      action.accept(pairs[i], pairs[i + 1]);
    }
  }

  /** Returns the tags as an unmodifiable map, sorted by key. */
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

  /** Returns, for example, {@code {env=production, host=web-1}}. */
  @Override
  public String toString() {
    return asMap().toString();
  }
}
