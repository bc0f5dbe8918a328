package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.hash.SeededHash;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.LogThrottle;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.Subscription;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The series of a channel, {@code maxSeries} at most. When the table is full, a new series replaces
 * the one that has been idle the longest, if that is {@value #IDLE_MINUTES} minutes; otherwise it
 * is rejected. This costs the same for any number of series. Used under the channel lock.
 *
 * <p>An evicted series may still be part of open windows, for example of a day. If it returns
 * before they close, its windows continue. The table keeps as many of these dormant series as there
 * may be series, and discards the oldest ones first. Without that bound, short-lived names would
 * accumulate until the end of the day.
 */
public final class SeriesTable {

  private static final Logger log = LoggerFactory.getLogger(SeriesTable.class);

  private static final long IDLE_MINUTES = 10;
  private static final long IDLE_NANOS = IDLE_MINUTES * 60 * 1_000_000_000L;

  private static final Comparator<Series> BY_ID = Comparator.comparingLong(Series::id);

  /** The number of dormant series without open windows that are removed for each new one. */
  private static final int DORMANT_REMOVALS = 2;

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

  /** The series that have a tag. */
  private final Map<Tag, SeriesList> byTag = new HashMap<>();

  /** All series. */
  private final SeriesList all = new SeriesList();

  private final IdleOrder idleOrder = new IdleOrder();

  /** The evicted series that are part of open windows, in order of eviction. */
  private final Map<SeriesKey, Series> dormantSeries = new LinkedHashMap<>();

  private long discarded;
  private long reported;
  private final LogThrottle logThrottle = new LogThrottle();

  private long nextId;

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
    Series idle = all.size() < maxSeries ? null : idleOrder.longestIdle();
    if (idle != null && !idle.isIdle(nowNanos, IDLE_NANOS)) {
      return null;
    }
    Series dormant = dormantSeries.remove(key); // before an eviction, which could discard it
    if (idle != null) {
      evict(idle);
    }
    Series series = new Series(nextId++, key, derivedStatistics.of(key));
    if (dormant != null) {
      series.resume(dormant);
    }
    byKey.put(key, series);
    all.add(series);
    idleOrder.add(series, nowNanos);
    key.tags()
        .forEach(
            (name, value) ->
                byTag.computeIfAbsent(new Tag(name, value), tag -> new SeriesList()).add(series));
    return series;
  }

  /** Records that a series has a new value. */
  void touch(Series series, long nowNanos) {
    idleOrder.touch(series, nowNanos);
  }

  /**
   * Returns the series whose id is at least {@code fromId}, ordered by id and limited in number.
   */
  public List<Series> slice(long fromId, int maxCount) {
    return all.slice(fromId, maxCount);
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
   * Replaces a list by the series whose id is at least {@code fromId} and that have the tag that a
   * feed requires, ordered by id and limited in number; empty if there are no more.
   *
   * @return whether there may be more after them
   */
  public boolean candidates(Feed feed, long fromId, int maxCount, List<Series> candidates) {
    candidates.clear();
    String key = feed.requiredTagKey();
    if (key == null) {
      return all.copy(fromId, maxCount, candidates) == maxCount;
    }
    Set<String> values = feed.subscription().tags().values(key);
    int maxOfValue = Math.max(1, maxCount / Math.max(1, values.size()));
    long lastId = Long.MAX_VALUE; // up to which there are no others
    for (String value : values) {
      SeriesList tagged = byTag.get(new Tag(key, value));
      if (tagged != null && tagged.copy(fromId, maxOfValue, candidates) == maxOfValue) {
        lastId = Math.min(lastId, candidates.get(candidates.size() - 1).id());
      }
    }
    candidates.sort(BY_ID);
    while (!candidates.isEmpty() && candidates.get(candidates.size() - 1).id() > lastId) {
      candidates.remove(candidates.size() - 1);
    }
    return lastId != Long.MAX_VALUE;
  }

  /**
   * Returns the number of series that a new feed is compared with: all of them, or those that have
   * the tag that its subscription requires.
   */
  public long countCandidates(Subscription subscription) {
    String key = subscription.groupBy() == null ? subscription.tags().mostSelectiveKey() : null;
    if (key == null) {
      return all.size();
    }
    long count = 0;
    for (String value : subscription.tags().values(key)) {
      SeriesList tagged = byTag.get(new Tag(key, value));
      count += tagged == null ? 0 : tagged.size();
    }
    return count;
  }

  /** Removes a series, and keeps it as dormant if it is part of open windows. */
  private void evict(Series series) {
    idleOrder.remove(series);
    byKey.remove(series.key());
    all.remove(series);
    series.key().tags().forEach((name, value) -> removeTag(new Tag(name, value), series));
    if (series.hasOpenWindows()) {
      dormantSeries.put(series.key(), series);
    } else {
      series.discardOpenWindows();
    }
    limitDormant();
  }

  private void removeTag(Tag tag, Series series) {
    SeriesList tagged = Objects.requireNonNull(byTag.get(tag));
    tagged.remove(series);
    if (tagged.size() == 0) {
      byTag.remove(tag);
    }
  }

  /** Removes the oldest dormant series if their windows are closed, or if there are too many. */
  private void limitDormant() {
    Iterator<Series> oldest = dormantSeries.values().iterator();
    for (int i = 0; i < DORMANT_REMOVALS && oldest.hasNext(); i++) {
      Series series = oldest.next();
      if (series.hasOpenWindows()) {
        if (dormantSeries.size() <= maxSeries) {
          return;
        }
        series.discardOpenWindows();
        discarded++;
      }
      oldest.remove();
    }
  }

  /**
   * Returns what logs the number of discarded series, at most once per minute; null if there are
   * none. A log may wait, so the caller runs it without the lock.
   */
  public @Nullable Runnable pollDiscarded(long nowNanos) {
    long count = discarded;
    if (count == reported || !logThrottle.tryAcquire(nowNanos)) {
      return null;
    }
    reported = count;
    return () ->
        log.warn(
            "Channel {} has more than {} idle series in open windows; discarded the oldest {} from"
                + " those windows so far. Use fewer distinct tag values, or raise seriesPerChannel",
            channel,
            maxSeries,
            count);
  }
}
