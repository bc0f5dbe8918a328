package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import java.time.Duration;
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
 * Registry of the recordings by name and tags, limited in number. Operations under further names
 * are counted together as {@value #OTHER}, so that totals stay correct. A name is kept forever,
 * because its totals must not decrease. Thread-safe; a lock is taken only when a name is seen for
 * the first time.
 */
final class RecordingTable {

  static final String OTHER = "other";
  private static final String UNNAMED = "unnamed";

  /**
   * The recorder's tags, the collector's tags and the name are added to these, up to {@link
   * Tags#MAX_TAGS} in total.
   */
  private static final int MAX_TAGS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(RecordingTable.class);
  private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final String dimension;
  private final int maxNames;
  private final long windowNanos;
  private final MetricsClock clock;
  private final long recorderStartNanos;
  private final Map<String, Recording> untagged = new ConcurrentHashMap<>();
  private final Map<String, Map<Tags, Recording>> tagged = new ConcurrentHashMap<>();
  private final List<Recording> all = new ArrayList<>();
  private final Recording other;
  private final LongAdder overflow = new LongAdder();
  private volatile boolean full;

  private long loggedOverflow;
  private long loggedNanos;

  RecordingTable(String dimension, RecorderBuilder.Settings settings) {
    this.dimension = dimension;
    this.maxNames = settings.maxNames();
    this.windowNanos = settings.window().toNanos();
    this.clock = settings.clock();
    this.recorderStartNanos = clock.nanoTime();
    this.other = create(OTHER, Tags.empty());
    untagged.put(OTHER, other); // an operation named "other" is counted in the same series
  }

  /**
   * Returns the recording for a name and tags, or the one for further names if the limit is
   * reached.
   *
   * @throws IllegalArgumentException if there are too many tags
   */
  Recording of(String name, Tags tags) {
    Objects.requireNonNull(name, "name");
    Recording existing = find(name, tags);
    return existing != null ? existing : findSanitized(name, tags);
  }

  private @Nullable Recording find(String name, Tags tags) {
    if (tags.isEmpty()) {
      return untagged.get(name);
    }
    Map<Tags, Recording> byTags = tagged.get(name);
    return byTags == null ? null : byTags.get(tags);
  }

  /**
   * Looks up an invalid name by its sanitized form. The original form is not kept, because invalid
   * names tend to be numerous.
   */
  private Recording findSanitized(String name, Tags tags) {
    String sanitizedName = name.isBlank() ? UNNAMED : TagValue.clean(name);
    Recording existing = find(sanitizedName, tags);
    if (existing != null) {
      return existing;
    }
    if (full) {
      overflow.increment();
      return other;
    }
    return add(sanitizedName, tags);
  }

  private synchronized Recording add(String name, Tags tags) {
    if (tags.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          dimension
              + " \""
              + name
              + "\" has "
              + tags.size()
              + " tags; at most "
              + MAX_TAGS
              + " are allowed");
    }
    Recording existing = find(name, tags);
    if (existing != null) {
      return existing;
    }
    if (full) {
      overflow.increment();
      return other;
    }
    Recording added = create(name, tags);
    if (tags.isEmpty()) {
      untagged.put(name, added);
    } else {
      tagged.computeIfAbsent(name, n -> new ConcurrentHashMap<>()).put(tags, added);
    }
    all.add(added);
    full = all.size() >= maxNames;
    return added;
  }

  private Recording create(String name, Tags tags) {
    return new Recording(
        name, tags, new RecordingHistory(windowNanos, recorderStartNanos, clock.nanoTime()));
  }

  /**
   * Returns all recordings in the order in which they were added; the one for further names is
   * last, and only if it was used.
   */
  synchronized List<Recording> all() {
    List<Recording> copy = new ArrayList<>(all);
    if (other.isUsed()) {
      copy.add(other);
    }
    return copy;
  }

  /**
   * Logs, at most once per minute, that the limit of names was exceeded. Called by the collector's
   * thread.
   */
  void complain() {
    long sum = overflow.sum();
    long now = clock.nanoTime();
    boolean suppressed = loggedOverflow > 0 && now - loggedNanos < LOG_INTERVAL_NANOS;
    if (sum > loggedOverflow && !suppressed) {
      loggedOverflow = sum;
      loggedNanos = now;
      LOG.warn(
          "Limit of {} distinct {}s reached; {} operations with further names are counted as \"{}\"."
              + " Record fewer distinct names and tags, or raise maxNames",
          maxNames,
          dimension,
          sum,
          OTHER);
    }
  }
}
