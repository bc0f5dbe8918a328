package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.locks.Lock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@code group by} view: it merges the closed windows of series that differ only in tags that the
 * subscription does not keep, and routes the merged windows. Series are filtered by their original
 * tags before merging. Used under the channel lock.
 */
public final class GroupBy {

  /**
   * The time for which the last total of a counter counts in windows in which it has no samples.
   */
  public static final long STANDING_MILLIS = 10 * 60_000;

  /** The identity of a grouping; subscriptions that differ only in format or encoding share it. */
  record Key(TagFilter tags, SortedSet<NamePattern> names, SortedSet<String> groupBy) {

    /** Returns the grouping that a subscription requests; null if it requests none. */
    static @Nullable Key of(Subscription subscription) {
      SortedSet<String> groupBy = subscription.groupBy();
      return groupBy == null ? null : new Key(subscription.tags(), subscription.names(), groupBy);
    }

    boolean matches(SeriesKey series, DerivedStatistics derived) {
      return tags.matches(series.tags())
          && derived.isSelected(series, (name, any) -> hasName(name));
    }

    private boolean hasName(String name) {
      for (NamePattern pattern : names) {
        if (pattern.matches(name)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * A merger of aggregates of one time range over the tags that are not kept. Used by one thread.
   */
  public static final class Groups {

    private final SortedSet<String> keptTags;
    private final Aggregators aggregators;
    private final Map<SeriesKey, Aggregate> merged = new LinkedHashMap<>();

    /** Creates a merger without groups. */
    public Groups(SortedSet<String> keptTags, Aggregators aggregators) {
      this.keptTags = keptTags;
      this.aggregators = aggregators;
    }

    /** Adds the aggregate of a series; the aggregate is not modified. */
    public void add(SeriesKey series, Aggregate aggregate) {
      Aggregator aggregator = aggregators.find(series.type());
      if (aggregator != null) {
        merged
            .computeIfAbsent(series.retainTags(keptTags), group -> aggregator.create())
            .mergeSeries(aggregate);
      }
    }

    /**
     * Adds the last total of a counter that has no samples in the time range.
     *
     * @param last the aggregate of its last window with samples; not modified
     */
    public void addStanding(SeriesKey series, Aggregate last) {
      Aggregator aggregator = aggregators.find(series.type());
      if (aggregator != null) {
        Aggregate follower = aggregator.create();
        follower.startAfter(last);
        add(series, follower);
      }
    }

    /** Passes each group that has samples to {@code action}, and clears the groups. */
    public void drain(BiConsumer<SeriesKey, Aggregate> action) {
      merged.forEach(
          (group, aggregate) -> {
            if (aggregate.count() > 0) {
              action.accept(group, aggregate);
            }
          });
      merged.clear();
    }
  }

  private final Key key;
  private final FeedRouter router;

  /** The groups of the window that is closing. */
  private final Groups merged;

  private final GroupSeed seed;

  /** The series of the channel that this grouping includes. */
  private final MatchCache included = new MatchCache(this::matches);

  /**
   * Creates a grouping.
   *
   * @param ungrouped the series before grouping
   * @param windowSequence the numbers of the windows
   */
  GroupBy(
      Key key,
      Aggregators aggregators,
      FeedRouter router,
      SeriesTable ungrouped,
      WindowSequence windowSequence) {
    this.key = key;
    this.router = router;
    this.seed = new GroupSeed(this, aggregators, ungrouped, windowSequence.copy());
    this.merged = new Groups(key.groupBy(), aggregators);
  }

  Key key() {
    return key;
  }

  FeedRouter router() {
    return router;
  }

  SortedSet<String> keptTags() {
    return key.groupBy();
  }

  /** Returns whether this grouping includes a series. Any thread. */
  boolean matches(Series series) {
    return key.matches(series.key(), router.derivedStatistics());
  }

  /** Adds the window of a series if the grouping matches it. */
  void add(Series series, Aggregate aggregate) {
    if (included.test(series)) {
      merged.add(series.key(), aggregate);
    }
  }

  /** Routes the merged windows of all groups. */
  void closeWindow(long windowNumber, long startMillis) {
    router.beginBatch(windowNumber);
    merged.drain((group, aggregate) -> router.route(group, aggregate, startMillis));
    router.endBatch();
  }

  /**
   * Records the next of the latest windows that closed before this grouping was first requested.
   * Called without the channel lock, which this method takes for short slices.
   *
   * @param maxSeries the number of series or groups from which the method returns
   * @return whether all are recorded
   */
  boolean seedLatest(Lock lock, int maxSeries) {
    return seed.advance(lock, maxSeries);
  }

  /** Returns whether a series is a counter, whose last total stands for a while. */
  public static boolean isCounter(SeriesKey series) {
    return series.type().equals(MetricType.COUNTER);
  }

  /**
   * Returns whether the last total of a counter counts in a window without samples.
   *
   * @param lastMillis the start of its last window with samples; {@link Long#MIN_VALUE} if there is
   *     none
   * @param startMillis the start of the window
   */
  public static boolean isStanding(long lastMillis, long startMillis) {
    return lastMillis != Long.MIN_VALUE && startMillis - lastMillis <= STANDING_MILLIS;
  }
}
