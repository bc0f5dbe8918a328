package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.FeedRouter.GapMark;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.internal.util.FirstFailure;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of the windows of one interval: those of the series, and those of each grouping.
 * Publishers use none of it, so windows are routed under the views lock alone. Everything is
 * changed under the views lock.
 */
final class WindowFeeds {

  private final WindowSequence windowSequence;
  private final Aggregators aggregators;
  private final Supplier<FeedRouter> routers;

  /** Routes every series without grouping. */
  private final FeedRouter ungrouped;

  private final Map<GroupBy.Key, GroupBy> groupings = new HashMap<>();

  /** Whether an error has left a window incomplete, and no gap is reported yet. */
  private boolean incomplete;

  WindowFeeds(
      WindowSequence windowSequence, Aggregators aggregators, Supplier<FeedRouter> routers) {
    this.windowSequence = windowSequence;
    this.aggregators = aggregators;
    this.routers = routers;
    this.ungrouped = router();
  }

  private FeedRouter router() {
    FeedRouter router = routers.get();
    router.startAt(windowSequence.latest());
    return router;
  }

  /** Returns the numbers of the windows. */
  WindowSequence windowSequence() {
    return windowSequence;
  }

  /** Begins with the window that starts at a time, before any window was routed. */
  void startAt(long openStart) {
    windowSequence.recordOpened(openStart);
    ungrouped.startAt(windowSequence.latest());
  }

  /** Returns the router of a grouping; for null, that of series without grouping. */
  FeedRouter router(@Nullable GroupBy grouping) {
    return grouping == null ? ungrouped : grouping.router();
  }

  /** Returns the grouping of a subscription; null if it does not group. */
  @Nullable GroupBy grouping(Subscription subscription) {
    GroupBy.Key key = GroupBy.Key.of(subscription);
    return key == null
        ? null
        : groupings.computeIfAbsent(
            key,
            absent -> new GroupBy(key, aggregators, router(), ungrouped.table(), windowSequence));
  }

  /** Removes the grouping of a subscription, if there is one, unless it has feeds. */
  void pruneGrouping(Subscription subscription) {
    GroupBy.Key key = GroupBy.Key.of(subscription);
    GroupBy grouping = key == null ? null : groupings.get(key);
    if (grouping != null) {
      prune(grouping);
    }
  }

  /** Removes a grouping unless it has feeds. */
  void prune(GroupBy grouping) {
    if (grouping.router().feedCount() == 0) {
      groupings.remove(grouping.key(), grouping);
    }
  }

  /** Returns whether there are no feeds, and no client is opening one. */
  boolean isEmpty() {
    return groupings.isEmpty() && ungrouped.feedCount() == 0;
  }

  /** Passes all routers to {@code action}. */
  void forEachRouter(Consumer<FeedRouter> action) {
    action.accept(ungrouped);
    groupings.values().forEach(grouping -> action.accept(grouping.router()));
  }

  /**
   * Reports a gap in the open window to all feeds, which includes an incomplete window. A failure
   * of a feed is thrown when the others have the notice.
   */
  void reportGap(String epoch, @Nullable Long missed) {
    incomplete = true; // until all feeds know
    windowSequence.recordGap();
    StreamPosition position =
        new StreamPosition(windowSequence.epoch(epoch), windowSequence.latest());
    FirstFailure failure = new FirstFailure();
    forEachRouter(router -> reportGap(router, missed, position, failure));
    incomplete = false;
    failure.rethrow();
  }

  private void reportGap(
      FeedRouter router, @Nullable Long missed, StreamPosition position, FirstFailure failure) {
    GapMark gap = router.recordGap(windowSequence.latest(), missed, position);
    Consumer<Feed> append = feed -> feed.append(gap);
    router.feeds().forEach(feed -> failure.run(append, feed));
  }

  /** Records that an error leaves a window incomplete. */
  void markIncomplete() {
    incomplete = true;
  }

  /** Reports an incomplete window as a gap of unknown size, if there is one. */
  void reportIncomplete(String epoch) {
    if (incomplete) {
      reportGap(epoch, null);
    }
  }

  /** Records a window that closed before there were readers as the latest of its series. */
  void seedLatest(Series series, long startMillis, Aggregate aggregate) {
    long windowNumber = windowSequence.numberStartingAt(startMillis);
    ungrouped.seedLatest(series.key(), aggregate, startMillis, windowNumber);
  }

  /** Begins to route the window that starts at {@code startMillis}. */
  void begin(long startMillis) {
    ungrouped.beginBatch(windowSequence.recordClosed(startMillis));
  }

  /**
   * Routes an aggregate to the feeds. Called after the history has packed it: if an application's
   * aggregator fails to pack, the series is omitted.
   */
  void route(Series series, Aggregate aggregate, long startMillis) {
    if (aggregate.count() > 0) {
      ungrouped.route(series.key(), aggregate, startMillis);
      group(series, aggregate);
    }
  }

  /** Adds an aggregate to the groupings. */
  void group(Series series, Aggregate aggregate) {
    groupings.values().forEach(grouping -> grouping.add(series, aggregate));
  }

  /** Ends the window of the series; further aggregates count in groups only. */
  void endSeries() {
    ungrouped.endBatch();
  }

  /** Routes the window of the groups. */
  void routeGroups(long startMillis) {
    groupings
        .values()
        .forEach(grouping -> grouping.closeWindow(windowSequence.latest(), startMillis));
  }
}
