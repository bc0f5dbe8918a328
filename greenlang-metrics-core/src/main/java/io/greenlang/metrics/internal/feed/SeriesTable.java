package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.hash.SeededHash;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.LogThrottle;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The series of a channel, {@code maxSeries} at most. When the table is full, series idle for
 * {@value #IDLE_MINUTES} minutes are evicted; the table is swept at most every {@value
 * #SWEEP_SECONDS} seconds. If none is idle, a new series is rejected. Used under the channel lock.
 *
 * <p>An evicted series may still be part of open windows, for example of a day. If it returns
 * before they close, its windows continue. The table keeps as many of these dormant series as there
 * may be series, and discards the oldest ones first. Without that bound, short-lived names would
 * accumulate until the end of the day.
 */
public final class SeriesTable {

  private static final Logger log = LoggerFactory.getLogger(SeriesTable.class);

  private static final long IDLE_MINUTES = 10;
  private static final long SWEEP_SECONDS = 10;
  private static final long IDLE_NANOS = IDLE_MINUTES * 60 * 1_000_000_000L;
  private static final long SWEEP_NANOS = SWEEP_SECONDS * 1_000_000_000L;

  /** A tag of a series or of a filter. */
  record Tag(String key, String value) {

    /** Returns a hash that publishers and clients cannot predict. */
    @Override
    public int hashCode() {
      return 31 * SeededHash.of(key) + SeededHash.of(value);
    }
  }

  /**
   * The key of a lookup, which equals the {@link SeriesKey} with the same parts. It is reused:
   * there is a lookup per sample, and it must not produce garbage.
   */
  private static final class LookupKey {
    String name = "";
    MetricType type = MetricType.GAUGE;
    Tags tags = Tags.empty();

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof SeriesKey key && key.hasParts(name, type, tags);
    }

    @Override
    public int hashCode() {
      return SeriesKey.hash(name, type, tags);
    }
  }

  private final Channel channel;
  private final int maxSeries;
  private final DerivedStatistics derivedStatistics;
  private final Map<SeriesKey, Series> byKey = new HashMap<>();

  private final LookupKey lookupKey = new LookupKey();

  /** The series that have a tag, ordered by id. */
  private final Map<Tag, List<Series>> byTag = new HashMap<>();

  /** All series, ordered by id. */
  private final List<Series> all = new ArrayList<>();

  /** The evicted series that are part of open windows, in order of eviction. */
  private final Map<SeriesKey, Series> dormantSeries = new LinkedHashMap<>();

  private long discarded;
  private long reported;
  private final LogThrottle logThrottle = new LogThrottle();

  private long nextId;
  private boolean swept;
  private long lastSweepNanos;

  SeriesTable(Channel channel, int maxSeries, DerivedStatistics derivedStatistics) {
    this.derivedStatistics = derivedStatistics;
    this.channel = channel;
    this.maxSeries = maxSeries;
  }

  /** Returns the series with this identity; null if there is none. */
  @SuppressWarnings("CollectionIncompatibleType") // a lookup key equals a series key
  @Nullable Series find(String name, MetricType type, Tags tags) {
    lookupKey.name = name;
    lookupKey.type = type;
    lookupKey.tags = tags;
    return byKey.get(lookupKey);
  }

  /** Returns the series with this identity; null if there is none. */
  public @Nullable Series find(SeriesKey key) {
    return byKey.get(key);
  }

  /** Adds a series that {@code find} did not find; returns null if the table is full. */
  public @Nullable Series add(SeriesKey key, long nowNanos) {
    Series dormant = dormantSeries.remove(key); // before the sweep, which could discard it
    if (all.size() >= maxSeries && !sweep(nowNanos)) {
      if (dormant != null) {
        dormantSeries.put(key, dormant);
      }
      return null;
    }
    Series series = new Series(nextId++, key, derivedStatistics.of(key));
    if (dormant != null) {
      series.resume(dormant);
    }
    byKey.put(key, series);
    all.add(series);
    indexTags(series);
    return series;
  }

  private void indexTags(Series series) {
    series
        .key()
        .tags()
        .forEach(
            (key, value) ->
                byTag.computeIfAbsent(new Tag(key, value), tag -> new ArrayList<>(2)).add(series));
  }

  /**
   * Returns the series whose id is at least {@code fromId}, ordered by id and limited in number.
   */
  public List<Series> slice(long fromId, int maxCount) {
    return slice(all, fromId, maxCount);
  }

  /** Returns the same of the series that have a tag. */
  List<Series> slice(Tag tag, long fromId, int maxCount) {
    return slice(byTag.getOrDefault(tag, List.of()), fromId, maxCount);
  }

  private static List<Series> slice(List<Series> ordered, long fromId, int maxCount) {
    int first = ceilingIndex(ordered, fromId);
    return List.copyOf(ordered.subList(first, Math.min(ordered.size(), first + maxCount)));
  }

  /** Returns the id of the next new series, which exceeds all others. */
  public long nextId() {
    return nextId;
  }

  /** Returns the number of series. */
  public int size() {
    return all.size();
  }

  /**
   * Returns the series with the smallest id that is at least {@code id}, among those that have the
   * tag that the feed requires; null if there is none.
   */
  public @Nullable Series nextCandidate(Feed feed, long id) {
    String key = feed.requiredTagKey();
    if (key == null) {
      return ceiling(all, id);
    }
    Series next = null;
    for (String value : feed.subscription().tags().values(key)) {
      Series tagged = ceiling(byTag.getOrDefault(new Tag(key, value), List.of()), id);
      if (tagged != null && (next == null || tagged.id() < next.id())) {
        next = tagged;
      }
    }
    return next;
  }

  private static @Nullable Series ceiling(List<Series> ordered, long id) {
    int index = ceilingIndex(ordered, id);
    return index < ordered.size() ? ordered.get(index) : null;
  }

  private static int ceilingIndex(List<Series> ordered, long id) {
    int low = 0;
    int high = ordered.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ordered.get(middle).id() < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Evicts idle series; returns true if the table has room now. */
  private boolean sweep(long nowNanos) {
    if (swept && nowNanos - lastSweepNanos < SWEEP_NANOS) {
      return false;
    }
    swept = true;
    lastSweepNanos = nowNanos;
    all.removeIf(series -> series.isIdle(nowNanos, IDLE_NANOS) && evict(series));
    discardOldestDormant(nowNanos);
    byTag.clear();
    all.forEach(this::indexTags);
    return all.size() < maxSeries;
  }

  /** Removes a series from the map, and keeps it as dormant if it is part of open windows. */
  private boolean evict(Series series) {
    byKey.remove(series.key());
    if (series.hasOpenWindows()) {
      dormantSeries.put(series.key(), series);
    } else {
      series.discardOpenWindows();
    }
    return true;
  }

  private void discardOldestDormant(long nowNanos) {
    dormantSeries.values().removeIf(series -> !series.hasOpenWindows());
    Iterator<Series> oldest = dormantSeries.values().iterator();
    for (int excess = dormantSeries.size() - maxSeries; excess > 0; excess--) {
      oldest.next().discardOpenWindows();
      oldest.remove();
      discarded++;
    }
    if (discarded > reported && logThrottle.tryAcquire(nowNanos)) {
      reported = discarded;
      log.warn(
          "Channel {} has more than {} idle series in open windows; discarded the oldest {} from"
              + " those windows so far. Use fewer distinct tag values, or raise seriesPerChannel",
          channel,
          maxSeries,
          discarded);
    }
  }
}
