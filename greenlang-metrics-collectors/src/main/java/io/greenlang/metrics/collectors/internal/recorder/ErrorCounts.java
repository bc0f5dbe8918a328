package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.collectors.internal.support.TagValue;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of errors by type, for at most {@value #MAX_TYPES} types; further types are counted as
 * {@code other}. Thread-safe, without a lock once a type is known.
 */
public final class ErrorCounts {

  /** The type of an error about which nothing is known. */
  public static final String UNKNOWN = "unknown";

  private static final int MAX_TYPES = 64;

  private final Map<String, LongAdder> byType = new ConcurrentHashMap<>();
  private final LongAdder other = new LongAdder();

  /** Counts an error under the name of its class. */
  public void add(Throwable error) {
    String simple = error.getClass().getSimpleName();
    add(simple.isEmpty() ? error.getClass().getName() : simple); // empty for anonymous classes
  }

  /** Counts an error. */
  public void add(String type) {
    counter(type).increment();
  }

  private LongAdder counter(String type) {
    LongAdder known = byType.get(type);
    return known != null ? known : cleanCounter(type.isBlank() ? UNKNOWN : TagValue.sanitize(type));
  }

  private LongAdder cleanCounter(String type) {
    LongAdder known = byType.get(type);
    if (known != null) {
      return known;
    }
    synchronized (this) {
      return byType.size() < MAX_TYPES
          ? byType.computeIfAbsent(type, t -> new LongAdder())
          : byType.getOrDefault(type, other);
    }
  }

  /** Returns the totals so far, by type. */
  public Map<String, Long> totals() {
    Map<String, Long> totals = new TreeMap<>();
    byType.forEach((type, count) -> totals.put(type, count.sum()));
    if (other.sum() > 0) {
      totals.merge(OperationRegistry.OTHER, other.sum(), Long::sum);
    }
    return totals;
  }
}
