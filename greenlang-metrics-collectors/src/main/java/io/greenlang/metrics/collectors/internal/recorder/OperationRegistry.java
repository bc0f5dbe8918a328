package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.LogThrottle;
import io.greenlang.metrics.internal.util.TagValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registry of the statistics by name and tags, limited in number. Operations under further names
 * are counted together as {@value #OTHER}, so that totals stay correct. A name is kept forever,
 * because its totals must not decrease. Thread-safe; a lock is taken only when a name is seen for
 * the first time.
 */
final class OperationRegistry {

  static final String OTHER = "other";
  private static final String UNNAMED = "unnamed";

  /**
   * The recorder's tags, the collector's tags and the name are added to these, up to {@link
   * Tags#MAX_TAGS} in total.
   */
  private static final int MAX_TAGS = 8;

  private static final Logger log = LoggerFactory.getLogger(OperationRegistry.class);

  private final String dimension;
  private final int maxNames;
  private final boolean ranked;
  private final long windowNanos;
  private final MetricsClock clock;
  private final long recorderStartNanos;
  private final Map<String, OperationStats> untagged = new ConcurrentHashMap<>();
  private final Map<String, Map<Tags, OperationStats>> tagged = new ConcurrentHashMap<>();
  private final List<OperationStats> operations = new ArrayList<>();
  private final OperationStats other;
  private final LongAdder overflow = new LongAdder();
  private volatile boolean full;

  private final LogThrottle overflowLog = new LogThrottle();
  private long loggedOverflow;

  /**
   * Creates an empty registry.
   *
   * @param ranked whether the windows keep their durations
   */
  OperationRegistry(String dimension, boolean ranked, RecorderOptions options) {
    this.dimension = dimension;
    this.ranked = ranked;
    this.maxNames = options.maxNames();
    this.windowNanos = options.window().toNanos();
    this.clock = options.clock();
    this.recorderStartNanos = clock.monotonicNanos();
    this.other = create(OTHER, Tags.empty());
    untagged.put(OTHER, other); // an operation named "other" is counted in the same series
  }

  /**
   * Returns the statistics for a name and tags, or those for further names if the limit is reached.
   *
   * @throws IllegalArgumentException if there are too many tags
   */
  OperationStats getOrCreate(String name, Tags tags) {
    Objects.requireNonNull(name, "name");
    OperationStats existing = find(name, tags);
    return existing != null ? existing : findSanitized(name, tags);
  }

  private @Nullable OperationStats find(String name, Tags tags) {
    if (tags.isEmpty()) {
      return untagged.get(name);
    }
    Map<Tags, OperationStats> byTags = tagged.get(name);
    return byTags == null ? null : byTags.get(tags);
  }

  /**
   * Looks up an invalid name by its sanitized form. The original form is not kept, because invalid
   * names tend to be numerous.
   */
  private OperationStats findSanitized(String name, Tags tags) {
    String sanitizedName = name.isBlank() ? UNNAMED : TagValue.sanitize(name);
    OperationStats existing = find(sanitizedName, tags);
    if (existing != null) {
      return existing;
    }
    return full ? countOverflow() : add(sanitizedName, tags);
  }

  private OperationStats countOverflow() {
    overflow.increment();
    return other;
  }

  private synchronized OperationStats add(String name, Tags tags) {
    if (tags.size() > MAX_TAGS) {
      String operation = dimension + " \"" + name + "\"";
      throw new IllegalArgumentException(
          operation + " has " + tags.size() + " tags; at most " + MAX_TAGS + " are allowed");
    }
    OperationStats existing = find(name, tags);
    if (existing != null) {
      return existing;
    }
    return full ? countOverflow() : register(name, tags);
  }

  private OperationStats register(String name, Tags tags) {
    OperationStats added = create(name, tags);
    if (tags.isEmpty()) {
      untagged.put(name, added);
    } else {
      tagged.computeIfAbsent(name, n -> new ConcurrentHashMap<>()).put(tags, added);
    }
    operations.add(added);
    full = operations.size() >= maxNames;
    return added;
  }

  private OperationStats create(String name, Tags tags) {
    return new OperationStats(
        name,
        tags,
        new SlidingWindow(windowNanos, recorderStartNanos, clock.monotonicNanos(), ranked));
  }

  /**
   * Returns the statistics of all operations in the order in which they were added. Those of
   * further names are last, and only if they were used.
   */
  synchronized List<OperationStats> operations() {
    List<OperationStats> copy = new ArrayList<>(operations);
    if (other.isUsed()) {
      copy.add(other);
    }
    return copy;
  }

  /**
   * Logs, at most once per minute, that the limit of names was exceeded. Called by the collector's
   * thread.
   */
  void logOverflow() {
    long sum = overflow.sum();
    if (sum > loggedOverflow && overflowLog.tryAcquire(clock.monotonicNanos())) {
      loggedOverflow = sum;
      log.warn(
          "Limit of {} distinct {}s reached; {} operations with further names are counted as \"{}\"."
              + " Record fewer distinct names and tags, or raise maxNames",
          maxNames,
          dimension,
          sum,
          OTHER);
    }
  }
}
