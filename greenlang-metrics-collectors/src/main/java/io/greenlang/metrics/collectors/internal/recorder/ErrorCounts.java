package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.internal.util.TagValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

  /** The starts of the types that {@link #totals} has returned. Confined to the collector. */
  private final Map<String, Instant> starts = new HashMap<>();

  /**
   * The errors of one type.
   *
   * @param start a time at which there were none
   */
  public record Total(String type, long count, Instant start) {}

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

  /**
   * Returns the totals so far, sorted by type. Used by one thread at a time.
   *
   * @param previousCollection a time before which every error was included in the previous call;
   *     before the first call, when the recorder was created
   */
  List<Total> totals(Instant previousCollection) {
    TreeMap<String, Long> counts = new TreeMap<>();
    byType.forEach((type, count) -> counts.put(type, count.sum()));
    if (other.sum() > 0) {
      counts.merge(OperationRegistry.OTHER, other.sum(), Long::sum);
    }
    List<Total> totals = new ArrayList<>();
    counts.forEach(
        (type, count) ->
            totals.add(
                new Total(type, count, starts.computeIfAbsent(type, t -> previousCollection))));
    return totals;
  }
}
