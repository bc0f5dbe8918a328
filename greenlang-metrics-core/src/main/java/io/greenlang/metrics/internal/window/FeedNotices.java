package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.internal.feed.DroppedMetrics;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.subscription.StreamPosition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The notices that all feeds of a channel receive: of gaps, and of metrics dropped at the series
 * limit. All methods are called under the views, so no feed is opened or closed meanwhile. Feeds of
 * raw samples receive a notice in slices under the part {@link ChannelLock#samples}, between which
 * publishers continue; feeds of windows receive it without that part.
 */
final class FeedNotices {

  /** The maximum number of feeds in a slice. */
  static final int SLICE = 64;

  private final FeedRouter raw;
  private final WindowRollup windows;

  /** The report of dropped metrics that some feeds of raw samples have yet to receive. */
  private DroppedMetrics.@Nullable Report report;

  private final Deque<Feed> unreported = new ArrayDeque<>();

  /** Logs the series discarded from open windows; null if there are none. */
  private @Nullable Runnable discarded;

  FeedNotices(FeedRouter raw, WindowRollup windows) {
    this.raw = raw;
    this.windows = windows;
  }

  /**
   * Reports a gap to every feed. Publications must not follow before this method returns.
   *
   * @param gap the gap in the raw samples, which their router has recorded
   */
  void reportGap(FeedRouter.GapMark gap, ChannelLock.Slices slices) {
    Deque<Feed> feeds = new ArrayDeque<>(raw.feeds());
    while (!feeds.isEmpty()) {
      slices.run(() -> appendTo(feeds, feed -> feed.append(gap)));
    }
    windows.reportGap(gap.position().epoch(), gap.missed());
  }

  /** Reports a gap in the open window to the feeds of a router of windows. */
  static void reportGap(
      FeedRouter router, long windowNumber, @Nullable Long missed, StreamPosition position) {
    FeedRouter.GapMark gap = router.recordGap(windowNumber, missed, position);
    router.feeds().forEach(feed -> feed.append(gap));
  }

  /**
   * Reports the metrics dropped at the series limit, at most once per minute, to the feeds that
   * miss one of their series. A window misses the samples that were dropped before it.
   *
   * @return false if the samples stayed busy; call again later
   */
  boolean reportDropped(ChannelLock.Slices slices) {
    if (report == null) {
      if (!slices.run(this::poll)) {
        return false;
      }
      log();
      begin();
    }
    while (!unreported.isEmpty()) {
      if (!slices.run(this::reportSlice)) {
        return false;
      }
    }
    report = null;
    return true;
  }

  private void poll() {
    report = raw.pollDropped();
    discarded = raw.table().pollDiscarded(raw.nowNanos());
  }

  private void log() {
    if (discarded != null) {
      discarded.run();
    }
    if (report != null) {
      report.log();
    }
  }

  /** Reports to the feeds of windows, and finds those of raw samples that miss a series. */
  private void begin() {
    DroppedMetrics.Report dropped = report;
    if (dropped != null) {
      raw.feeds().stream()
          .filter(feed -> dropped.concerns(feed.subscription(), true))
          .forEach(unreported::add);
      windows.forEachRouter(router -> report(dropped, router, false));
    }
    windows.forEachRouter(FeedNotices::reportOwn);
  }

  private static void reportOwn(FeedRouter router) {
    DroppedMetrics.Report dropped = router.pollDropped();
    if (dropped != null) {
      dropped.log();
      report(dropped, router, true);
    }
  }

  private static void report(DroppedMetrics.Report dropped, FeedRouter router, boolean isOwn) {
    for (Feed feed : router.feeds()) {
      if (dropped.concerns(feed.subscription(), isOwn)) {
        feed.append(dropped);
      }
    }
  }

  private void reportSlice() {
    DroppedMetrics.Report dropped = Objects.requireNonNull(report);
    appendTo(unreported, feed -> feed.append(dropped));
  }

  /** Appends a notice to a slice of the feeds. One that was closed meanwhile ignores it. */
  private static void appendTo(Deque<Feed> feeds, Consumer<Feed> append) {
    for (int i = 0; i < SLICE && !feeds.isEmpty(); i++) {
      append.accept(feeds.removeFirst());
    }
  }
}
