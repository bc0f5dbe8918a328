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
 * The recordings by name and tags, as many as there may be; what comes under further names is
 * counted together as {@value #OTHER}, so that totals stay true. A name stays for good: its totals
 * must not fall. Any thread; a lock is taken only when a name comes for the first time.
 */
final class RecordingTable {

  static final String OTHER = "other";
  private static final String UNNAMED = "unnamed";

  /** The recorder's, the collector's and the name come on top, of {@link Tags#MAX_TAGS} in all. */
  private static final int MAX_TAGS = 8;

  private static final Logger LOG = LoggerFactory.getLogger(RecordingTable.class);
  private static final long COMPLAIN_NANOS = Duration.ofMinutes(1).toNanos();

  private final String dimension;
  private final int maxNames;
  private final long windowNanos;
  private final MetricsClock clock;
  private final long sinceNanos;
  private final Map<String, Recording> plain = new ConcurrentHashMap<>();
  private final Map<String, Map<Tags, Recording>> tagged = new ConcurrentHashMap<>();
  private final List<Recording> all = new ArrayList<>();
  private final Recording other;
  private final LongAdder overflow = new LongAdder();
  private volatile boolean full;

  private long complainedOf;
  private long complainedNanos;

  RecordingTable(String dimension, RecorderBuilder.Settings settings) {
    this.dimension = dimension;
    this.maxNames = settings.maxNames();
    this.windowNanos = settings.window().toNanos();
    this.clock = settings.clock();
    this.sinceNanos = clock.nanoTime();
    this.other = create(OTHER, Tags.empty());
    plain.put(OTHER, other); // who names one so means the same series
  }

  Recording of(String name, Tags tags) {
    Objects.requireNonNull(name, "name");
    Recording known = find(name, tags);
    return known != null ? known : findClean(name, tags);
  }

  private @Nullable Recording find(String name, Tags tags) {
    if (tags.isEmpty()) {
      return plain.get(name);
    }
    Map<Tags, Recording> byTags = tagged.get(name);
    return byTags == null ? null : byTags.get(tags);
  }

  /** A name that is not fit for a tag is not kept as it came: those that are bad are often many. */
  private Recording findClean(String name, Tags tags) {
    String clean = name.isBlank() ? UNNAMED : TagValue.clean(name);
    Recording known = find(clean, tags);
    if (known != null) {
      return known;
    }
    if (full) {
      overflow.increment();
      return other;
    }
    return add(clean, tags);
  }

  private synchronized Recording add(String name, Tags tags) {
    if (tags.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          dimension + " \"" + name + "\" has " + tags.size() + " tags; at most " + MAX_TAGS);
    }
    Recording known = find(name, tags);
    if (known != null) {
      return known;
    }
    if (full) {
      overflow.increment();
      return other;
    }
    Recording added = create(name, tags);
    if (tags.isEmpty()) {
      plain.put(name, added);
    } else {
      tagged.computeIfAbsent(name, n -> new ConcurrentHashMap<>()).put(tags, added);
    }
    all.add(added);
    full = all.size() >= maxNames;
    return added;
  }

  private Recording create(String name, Tags tags) {
    return new Recording(
        name, tags, new RecordingHistory(windowNanos, sinceNanos, clock.nanoTime()));
  }

  /** All of them, in the order in which they came; the one for the rest at the end, if used. */
  synchronized List<Recording> all() {
    List<Recording> copy = new ArrayList<>(all);
    if (other.isUsed()) {
      copy.add(other);
    }
    return copy;
  }

  /**
   * Says in the log, at most once a minute, that names did not find room. The collector's thread.
   */
  void complain() {
    long sum = overflow.sum();
    long now = clock.nanoTime();
    boolean silenced = complainedOf > 0 && now - complainedNanos < COMPLAIN_NANOS;
    if (sum > complainedOf && !silenced) {
      complainedOf = sum;
      complainedNanos = now;
      LOG.warn(
          "there are {} {}s, as many as there may be; {} recordings under further names are counted"
              + " as \"{}\". Record fewer different names and tags, or raise the limit",
          maxNames,
          dimension,
          sum,
          OTHER);
    }
  }
}
