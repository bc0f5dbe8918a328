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
import org.jspecify.annotations.Nullable;

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

  /** The pass over the series; null before the first part, after a failure, and at the end. */
  private @Nullable Pass pass;

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

  /**
   * Records the next of the latest windows. Other threads may do so in turn.
   *
   * @param maxSeries the number of series or groups from which the method returns
   * @return whether all are recorded
   */
  synchronized boolean advance(Lock lock, int maxSeries) {
    if (complete) {
      return true;
    }
    Pass current = pass == null ? new Pass() : pass;
    pass = null; // a part that fails is repeated from the beginning
    complete = current.advance(lock, maxSeries);
    pass = complete ? null : current;
    return complete;
  }

  /**
   * A pass that collects the windows of all series, merges those of each group, and records them.
   */
  private final class Pass {

    private final List<Latest> all = new ArrayList<>();
    private final Map<SeriesKey, Long> lastNumbers = new HashMap<>();
    private final SortedMap<Long, GroupBy.Groups> byNumber = new TreeMap<>();

    /** The id of the next series to collect; -1 if there are none left. */
    private long nextId;

    private int mergedCount;
    private @Nullable Iterator<GroupLatest> remaining;

    /** Runs the next part; returns whether the pass is complete. */
    boolean advance(Lock lock, int maxSeries) {
      int count = 0;
      while (nextId >= 0 && count < maxSeries) {
        count += collectSlice(lock);
      }
      while (nextId < 0 && mergedCount < all.size() && count < maxSeries) {
        merge(all.get(mergedCount++));
        count++;
      }
      if (nextId >= 0 || mergedCount < all.size()) {
        return false;
      }
      Iterator<GroupLatest> groups = remaining;
      if (groups == null) {
        groups = drain().iterator();
        remaining = groups;
      }
      while (groups.hasNext() && count < maxSeries) {
        count += recordSlice(groups, lock);
      }
      return !groups.hasNext();
    }

    private int collectSlice(Lock lock) {
      List<Series> slice;
      List<Latest> latest = new ArrayList<>();
      lock.lock();
      try {
        slice = ungrouped.slice(nextId, SLICE);
        slice.forEach(series -> addLatest(series, latest));
      } finally {
        lock.unlock();
      }
      for (Latest each : latest) {
        if (grouping.matches(each.series())) {
          all.add(each);
          lastNumbers.merge(group(each), each.windowNumber(), Math::max);
        }
      }
      nextId = slice.isEmpty() ? -1 : slice.get(slice.size() - 1).id() + 1;
      return slice.size();
    }

    private void merge(Latest latest) {
      long number = lastNumbers.getOrDefault(group(latest), latest.windowNumber());
      GroupBy.Groups groups =
          byNumber.computeIfAbsent(
              number, absent -> new GroupBy.Groups(grouping.keptTags(), aggregators));
      SeriesKey series = latest.series().key();
      if (latest.windowNumber() == number) {
        groups.add(series, latest.aggregate());
      } else if (GroupBy.isCounter(series)
          && GroupBy.isStanding(latest.startMillis(), windowSequence.startMillis(number))) {
        groups.addStanding(series, latest.aggregate());
      }
    }

    private List<GroupLatest> drain() {
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
  }

  /** Adds the latest window of a series, if it has one that the grouping does not receive. */
  private void addLatest(Series series, List<Latest> target) {
    Aggregate latest = series.latestAggregate();
    long number = series.latestUpdateId();
    // A derived gauge is computed from the merged histogram.
    boolean isOwn = latest != null && !(latest instanceof StatisticAggregate);
    if (latest != null && isOwn && number <= windowSequence.latest()) {
      target.add(new Latest(series, latest, number, series.latestTimeMillis()));
    }
  }

  private SeriesKey group(Latest latest) {
    return latest.series().key().retainTags(grouping.keptTags());
  }

  private int recordSlice(Iterator<GroupLatest> groups, Lock lock) {
    int count = 0;
    lock.lock();
    try {
      SliceLimit limit = SliceLimit.of(SLICE);
      while (groups.hasNext() && limit.next()) {
        seed(groups.next());
        count++;
      }
    } finally {
      lock.unlock();
    }
    return count;
  }

  private void seed(GroupLatest latest) {
    grouping
        .router()
        .seedLatest(
            latest.group(), latest.aggregate(), latest.startMillis(), latest.windowNumber());
  }
}
