package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.internal.feed.DroppedMetrics;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.FeedRouter.GapMark;
import io.greenlang.metrics.internal.util.FirstFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The notices that all feeds of a channel receive: of gaps, and of metrics dropped at the series
 * limit. All methods are called under the views lock, so no feed is opened or closed meanwhile.
 * Feeds of raw samples receive a notice in slices under the part {@link ChannelLock#samples},
 * between which publishers continue; feeds of windows receive it without that part.
 */
final class FeedNotices {

  /** The maximum number of feeds in a slice. */
  static final int SLICE = 64;

  private final FeedRouter raw;
  private final WindowRollup windows;

  /** The report of dropped metrics that some feeds of raw samples have yet to receive. */
  private DroppedMetrics.@Nullable Report report;

  private final Deque<Feed> unreported = new ArrayDeque<>();

  /** The gap that some feeds have yet to receive; null if there is none. */
  private @Nullable GapMark gap;

  /**
   * The feeds of raw samples that have yet to receive the gap. Changed under the samples lock, too.
   */
  private Deque<Feed> feedsBeforeGap = new ArrayDeque<>();

  private final FirstFailure failure = new FirstFailure();

  /** Logs the series discarded from open windows; null if there are none. */
  private @Nullable Runnable discarded;

  FeedNotices(FeedRouter raw, WindowRollup windows) {
    this.raw = raw;
    this.windows = windows;
  }

  /**
   * Reports a gap to every feed. The failure of a feed is thrown when the others have the notice.
   *
   * @param recording has the router of raw samples record the gap; called under the samples lock
   * @return false if the samples lock stayed busy. If the gap is recorded then, {@link
   *     #completeGap} must follow
   */
  boolean reportGap(Supplier<GapMark> recording, ChannelLock.Slices slices) {
    if (!completeGap(slices)) {
      return false;
    }
    Deque<Feed> feeds = new ArrayDeque<>(raw.feeds()); // there may be thousands
    return slices.run(() -> begin(recording, feeds)) && completeGap(slices);
  }

  private void begin(Supplier<GapMark> recording, Deque<Feed> feeds) {
    gap = recording.get();
    feedsBeforeGap = feeds;
  }

  /**
   * Reports the gap to the feeds that have yet to receive it.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  boolean completeGap(ChannelLock.Slices slices) {
    GapMark reported = gap;
    if (reported == null) {
      return true;
    }
    Consumer<Feed> append = feed -> feed.append(reported);
    if (!appendTo(feedsBeforeGap, append, slices)) {
      return false;
    }
    failure.run(each -> windows.reportGap(each.position().epoch(), each.missed()), reported);
    gap = null;
    failure.rethrow();
    return true;
  }

  /**
   * Returns whether some feeds of raw samples have yet to receive a gap. Called under the samples
   * lock.
   */
  boolean isReportingGap() {
    return !feedsBeforeGap.isEmpty();
  }

  /**
   * Reports the metrics dropped at the series limit, at most once per minute, to the feeds that
   * miss one of their series. A window misses the samples that were dropped before it.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  boolean reportDropped(ChannelLock.Slices slices) {
    if (report == null) {
      if (!slices.run(this::poll)) {
        return false;
      }
      log();
      begin();
    }
    DroppedMetrics.Report dropped = report;
    if (!appendTo(unreported, feed -> feed.append(Objects.requireNonNull(dropped)), slices)) {
      return false;
    }
    report = null;
    failure.rethrow();
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

  /**
   * Appends a notice to the feeds in slices.
   *
   * @return false if the samples lock stayed busy, and some feeds have yet to receive it
   */
  private boolean appendTo(Deque<Feed> feeds, Consumer<Feed> append, ChannelLock.Slices slices) {
    boolean acquired = true;
    while (acquired && !feeds.isEmpty()) {
      acquired = slices.run(() -> appendTo(feeds, append));
    }
    return acquired;
  }

  /** Appends a notice to a slice of the feeds. One that was closed meanwhile ignores it. */
  private void appendTo(Deque<Feed> feeds, Consumer<Feed> append) {
    for (int i = 0; i < SLICE && !feeds.isEmpty(); i++) {
      failure.run(append, feeds.removeFirst());
    }
  }
}
