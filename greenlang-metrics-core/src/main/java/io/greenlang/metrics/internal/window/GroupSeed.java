package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import io.greenlang.metrics.internal.sample.StatisticAggregate;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.internal.util.SliceLimit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;

/**
 * The latest windows of a new grouping, from those of the series before grouping. The channel lock
 * is held only to copy a slice of the series and to record a slice of the groups. Windows that
 * close meanwhile are routed to the grouping, and they are later than those recorded here. Any
 * thread, without the channel lock.
 */
final class GroupSeed {

  /** The maximum number of series or groups in a slice. */
  static final int SLICE = 512;

  /** The latest window of a series. */
  private record Latest(Series series, Aggregate aggregate, long windowNumber, long startMillis) {}

  /** The latest window of a group. */
  private record GroupLatest(
      SeriesKey group, Aggregate aggregate, long startMillis, long windowNumber) {}

  private final GroupBy grouping;
  private final Aggregators aggregators;
  private final SeriesTable ungrouped;

  /** The numbers of the windows when the grouping was requested; it receives all later windows. */
  private final WindowSequence windowSequence;

  private boolean complete;

  GroupSeed(
      GroupBy grouping,
      Aggregators aggregators,
      SeriesTable ungrouped,
      WindowSequence windowSequence) {
    this.grouping = grouping;
    this.aggregators = aggregators;
    this.ungrouped = ungrouped;
    this.windowSequence = windowSequence;
  }

  /** Records the latest windows; returns at once if that was done before. */
  synchronized void complete(Lock lock) {
    if (!complete) {
      record(merge(collect(lock)), lock);
      complete = true;
    }
  }

  private List<Latest> collect(Lock lock) {
    List<Latest> all = new ArrayList<>();
    long nextId = 0;
    List<Latest> slice = new ArrayList<>();
    while (nextId >= 0) {
      slice.clear();
      lock.lock();
      try {
        nextId = collect(nextId, slice);
      } finally {
        lock.unlock();
      }
      slice.stream().filter(latest -> grouping.matches(latest.series())).forEach(all::add);
    }
    return all;
  }

  /** Adds a slice of the series, and returns the id after it; -1 if it was empty. */
  private long collect(long fromId, List<Latest> target) {
    List<Series> slice = ungrouped.slice(fromId, SLICE);
    for (Series series : slice) {
      Aggregate latest = series.latestAggregate();
      long number = series.latestUpdateId();
      // A derived gauge is computed from the merged histogram.
      boolean isOwn = latest != null && !(latest instanceof StatisticAggregate);
      if (latest != null && isOwn && number <= windowSequence.latest()) {
        target.add(new Latest(series, latest, number, series.latestTimeMillis()));
      }
    }
    return slice.isEmpty() ? -1 : slice.get(slice.size() - 1).id() + 1;
  }

  private List<GroupLatest> merge(List<Latest> all) {
    Map<SeriesKey, Long> lastNumbers = new HashMap<>();
    all.forEach(each -> lastNumbers.merge(group(each), each.windowNumber(), Math::max));
    SortedMap<Long, GroupBy.Groups> byNumber = new TreeMap<>();
    for (Latest each : all) {
      long number = lastNumbers.getOrDefault(group(each), each.windowNumber());
      GroupBy.Groups groups =
          byNumber.computeIfAbsent(
              number, absent -> new GroupBy.Groups(grouping.keptTags(), aggregators));
      SeriesKey key = each.series().key();
      if (each.windowNumber() == number) {
        groups.add(key, each.aggregate());
      } else if (GroupBy.isCounter(key)
          && GroupBy.isStanding(each.startMillis(), windowSequence.startMillis(number))) {
        groups.addStanding(key, each.aggregate());
      }
    }
    List<GroupLatest> merged = new ArrayList<>();
    byNumber.forEach(
        (number, groups) ->
            groups.drain(
                (group, aggregate) ->
                    merged.add(
                        new GroupLatest(
                            group, aggregate, windowSequence.startMillis(number), number))));
    return merged;
  }

  private SeriesKey group(Latest latest) {
    return latest.series().key().retainTags(grouping.keptTags());
  }

  private void record(List<GroupLatest> groups, Lock lock) {
    Iterator<GroupLatest> remaining = groups.iterator();
    while (remaining.hasNext()) {
      lock.lock();
      try {
        SliceLimit limit = SliceLimit.of(SLICE);
        while (remaining.hasNext() && limit.next()) {
          seed(remaining.next());
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void seed(GroupLatest latest) {
    grouping
        .router()
        .seedLatest(
            latest.group(), latest.aggregate(), latest.startMillis(), latest.windowNumber());
  }
}
