package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.feed.Series;

/** A listener for the closing windows of one interval, on one channel. */
public interface WindowListener {

  /**
   * Called with the aggregate of one series in the window that starts at {@code startMillis}.
   * Called under both parts of the channel lock.
   */
  void onSeriesClosed(Series series, long startMillis, Aggregate aggregate);

  /**
   * Called when all windows before this one are closed, for all series, and when a clock set back
   * causes this window to occur again. Also called when the listener is added. Called under the
   * views lock.
   */
  void onWindowOpened(long startMillis);

  /** Called under the views lock after the last series of the window. */
  void onWindowClosed(long startMillis);
}
