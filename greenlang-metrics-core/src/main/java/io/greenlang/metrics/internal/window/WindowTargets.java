package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.feed.Series;
import org.jspecify.annotations.Nullable;

/**
 * The targets of one interval's closed windows besides its feeds: the recorder of the history, and
 * the next longer windows. If one of them fails, the other still receives each series, and those
 * windows that miss a series report a gap. Used under the channel lock.
 */
final class WindowTargets {

  private final WindowFeeds feeds;
  private @Nullable WindowListener recorder;
  private @Nullable IntervalWindows longer;

  /**
   * Creates targets without any.
   *
   * @param feeds the feeds of the interval, which report a series that the recorder misses
   */
  WindowTargets(WindowFeeds feeds) {
    this.feeds = feeds;
  }

  /** Sets the recorder. */
  void setRecorder(WindowListener added) {
    recorder = added;
  }

  /** Sets the windows into which closed ones are rolled up; null for none. */
  void setLonger(@Nullable IntervalWindows added) {
    longer = added;
  }

  boolean isEmpty() {
    return recorder == null && longer == null;
  }

  /**
   * Closes the longer windows that end before a window with samples. Called under the views lock,
   * and repeatedly.
   *
   * @return false if the samples lock stayed busy; call again later
   */
  boolean prepare(long startMillis, ChannelLock.Slices slices) {
    IntervalWindows target = longer;
    return target == null || target.advanceTo(startMillis, slices);
  }

  /** Passes the aggregate of a series to each target. */
  void add(Series series, long startMillis, Aggregate aggregate) {
    try {
      record(series, startMillis, aggregate);
    } finally {
      rollUp(series, startMillis, aggregate);
    }
  }

  private void record(Series series, long startMillis, Aggregate aggregate) {
    WindowListener target = recorder;
    if (target == null) {
      return;
    }
    try {
      target.onSeriesClosed(series, startMillis, aggregate);
    } catch (RuntimeException | Error e) {
      feeds.markIncomplete();
      throw e;
    }
  }

  private void rollUp(Series series, long startMillis, Aggregate aggregate) {
    IntervalWindows target = longer;
    if (target == null) {
      return;
    }
    try {
      target.appendFiner(series, startMillis, aggregate);
    } catch (RuntimeException | Error e) {
      target.markIncomplete();
      throw e;
    }
  }

  /** Records that the longer windows miss samples. */
  void markIncomplete() {
    IntervalWindows target = longer;
    if (target != null) {
      target.markIncomplete();
    }
  }

  /** Passes the start of the open window to the recorder. */
  void onWindowOpened(long startMillis) {
    WindowListener target = recorder;
    if (target != null) {
      target.onWindowOpened(startMillis);
    }
  }

  /** Passes the end of a window to the recorder. Called under the views lock. */
  void onWindowClosed(long startMillis) {
    WindowListener target = recorder;
    if (target != null) {
      target.onWindowClosed(startMillis);
    }
  }
}
