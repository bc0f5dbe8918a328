package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The series of a channel. Holds at most {@code maxSeries}; when it is full, those that have been
 * silent for {@value #IDLE_MINUTES} minutes make room, looked for at most every {@value
 * #SWEEP_SECONDS} seconds, and if there are none a new series is refused. Under the channel's lock.
 *
 * <p>One that made room may be in open windows still, of a day for instance: if it comes back
 * before they close, they go on. As many of those are kept as there may be series, the last ones;
 * without that bound, names that come and go would pile up until the day is over.
 */
final class SeriesTable {

  private static final Logger log = LoggerFactory.getLogger(SeriesTable.class);

  private static final long IDLE_MINUTES = 10;
  private static final long SWEEP_SECONDS = 10;
  private static final long IDLE_NANOS = IDLE_MINUTES * 60 * 1_000_000_000L;
  private static final long SWEEP_NANOS = SWEEP_SECONDS * 1_000_000_000L;

  /** What tells a series from others. Those in the map never change; the one to look up by does. */
  private static final class Key {
    String name;
    MetricType type;
    Tags tags;

    Key(String name, MetricType type, Tags tags) {
      this.name = name;
      this.type = type;
      this.tags = tags;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && name.equals(key.name)
          && type.equals(key.type)
          && tags.equals(key.tags);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * name.hashCode() + type.hashCode()) + tags.hashCode();
    }
  }

  private final Channel channel;
  private final int maxSeries;
  private final Map<Key, Series> byKey = new HashMap<>();

  /** Used again and again: there is a look-up for each reading, and it shall leave no garbage. */
  private final Key probe = new Key("", MetricType.GAUGE, Tags.empty());

  /** Those that have a tag; in the order of their ids. */
  private final Map<Tag, List<Series>> byTag = new HashMap<>();

  /** In the order of their ids. */
  private final List<Series> all = new ArrayList<>();

  /** Those that made room and are in open windows; in the order in which they did. */
  private final Map<Key, Series> resting = new LinkedHashMap<>();

  private long givenUp;
  private long complainedOf;
  private final OnceAMinute complaint = new OnceAMinute();

  private long nextId;
  private boolean swept;
  private long lastSweepNanos;

  SeriesTable(Channel channel, int maxSeries) {
    this.channel = channel;
    this.maxSeries = maxSeries;
  }

  @Nullable Series find(String name, MetricType type, Tags tags) {
    probe.name = name;
    probe.type = type;
    probe.tags = tags;
    return byKey.get(probe);
  }

  /** Adds a series that {@link #find} did not find; null if the table is full. */
  @Nullable Series add(String name, MetricType type, Tags tags, long nowNanos) {
    Key key = new Key(name, type, tags);
    Series rested = resting.remove(key); // before others rest, lest it makes room for them
    if (all.size() >= maxSeries && !sweep(nowNanos)) {
      if (rested != null) {
        resting.put(key, rested);
      }
      return null;
    }
    Series series = new Series(nextId++, channel, name, type, tags);
    if (rested != null) {
      series.resume(rested);
    }
    byKey.put(key, series);
    all.add(series);
    indexTags(series);
    return series;
  }

  private void indexTags(Series series) {
    series
        .tags()
        .forEach(
            (key, value) ->
                byTag.computeIfAbsent(new Tag(key, value), tag -> new ArrayList<>(2)).add(series));
  }

  /**
   * Hands over each series that a feed may want, by the tag that it insists on: of ten thousand
   * clients who come back at once, each to another host, none looks at the others' hosts.
   */
  void forEachThatMayBeWanted(Feed feed, Consumer<Series> action) {
    String key = feed.narrowestKey();
    if (key == null) {
      all.forEach(action);
      return;
    }
    for (String value : feed.subscription.tags().values(key)) {
      byTag.getOrDefault(new Tag(key, value), List.of()).forEach(action);
    }
  }

  /** Hands over each series that may be in a window. */
  void forEachInWindows(Consumer<Series> action) {
    all.forEach(action);
    resting.values().forEach(action);
  }

  Collection<Series> all() {
    return all;
  }

  int size() {
    return all.size();
  }

  /**
   * The one with the smallest id that is at least {@code id}, of those that {@link
   * #forEachThatMayBeWanted} hands over; null if there is none.
   */
  @Nullable Series nextThatMayBeWanted(Feed feed, long id) {
    String key = feed.narrowestKey();
    if (key == null) {
      return from(all, id);
    }
    Series next = null;
    for (String value : feed.subscription.tags().values(key)) {
      Series tagged = from(byTag.getOrDefault(new Tag(key, value), List.of()), id);
      if (tagged != null && (next == null || tagged.id < next.id)) {
        next = tagged;
      }
    }
    return next;
  }

  private static @Nullable Series from(List<Series> ordered, long id) {
    int low = 0;
    int high = ordered.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ordered.get(middle).id < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < ordered.size() ? ordered.get(low) : null;
  }

  /** Removes the silent ones; true if there is room now. */
  private boolean sweep(long nowNanos) {
    if (swept && nowNanos - lastSweepNanos < SWEEP_NANOS) {
      return false;
    }
    swept = true;
    lastSweepNanos = nowNanos;
    all.removeIf(
        series -> {
          boolean idle = nowNanos - series.updatedNanos > IDLE_NANOS;
          if (idle) {
            Key key = new Key(series.name(), series.type(), series.tags());
            byKey.remove(key);
            if (series.isInWindows()) {
              resting.put(key, series);
            }
          }
          return idle;
        });
    boundResting(nowNanos);
    byTag.clear();
    all.forEach(this::indexTags);
    return all.size() < maxSeries;
  }

  private void boundResting(long nowNanos) {
    resting.values().removeIf(series -> !series.isInWindows());
    Iterator<Series> oldest = resting.values().iterator();
    for (int excess = resting.size() - maxSeries; excess > 0; excess--) {
      oldest.next().leaveWindows();
      oldest.remove();
      givenUp++;
    }
    if (givenUp > complainedOf && complaint.isDue(nowNanos)) {
      complainedOf = givenUp;
      log.warn(
          "channel {} has more than {} series that are silent and in open windows; the oldest {}"
              + " have been left out of those windows so far. Put fewer different values into tags,"
              + " or raise seriesPerChannel",
          channel,
          maxSeries,
          givenUp);
    }
  }
}
