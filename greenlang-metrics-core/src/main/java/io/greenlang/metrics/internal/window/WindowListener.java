package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.feed.Series;

/** A listener for the closing windows of one interval, on one channel. */
public interface WindowListener {
  /**
   * Called under the views before the first series of a window with samples.
   *
   * @return false if the samples stayed busy; the call is repeated later
   */
  default boolean prepare(long startMillis, ChannelLock.Slices slices) {
    return true;
  }

  /**
   * Called with the aggregate of one series in the window that starts at {@code startMillis}.
   * Called under both parts of the channel lock.
   */
  void onSeriesClosed(Series series, long startMillis, Aggregate aggregate);

  /**
   * Called when all windows before this one are closed, for all series, and when a clock set back
   * causes this window to occur again. Also called when the listener is added. Called under the
   * views.
   */
  default void onWindowOpened(long startMillis) {
    // most listeners need not know
  }

  /** Called under the views after the last series of the window. */
  default void onWindowClosed(long startMillis) {
    // most listeners process each series on its own
  }
}
