package io.greenlang.metrics.internal.feed;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A cache of a predicate over metric names. It has {@value #MAX_NAMES} names at most, and begins
 * again when it is full. Used by one thread.
 */
final class NameCache implements Predicate<String> {

  static final int MAX_NAMES = 1_024;

  private final Predicate<String> predicate;
  private final Map<String, Boolean> results = new HashMap<>();

  /** Creates an empty cache of a predicate, which must not change. */
  NameCache(Predicate<String> predicate) {
    this.predicate = predicate;
  }

  @Override
  public boolean test(String name) {
    Boolean known = results.get(name);
    if (known != null) {
      return known;
    }
    if (results.size() == MAX_NAMES) {
      results.clear();
    }
    boolean result = predicate.test(name);
    results.put(name, result);
    return result;
  }
}
