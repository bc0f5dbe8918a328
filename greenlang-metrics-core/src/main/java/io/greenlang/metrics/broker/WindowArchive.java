package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import java.time.Duration;

/** A store of closed windows that outlives the process. */
public interface WindowArchive {

  /**
   * Stores a closed window. Every instance may store the same window; the first one wins. The write
   * is queued, so this method does not block. May be called on any thread.
   *
   * @param startMillis the start of the window in epoch milliseconds
   * @param packed the packed aggregates of all series of the channel, as returned later by {@link
   *     ChannelLog#forEachWindow}; the caller does not modify the array afterwards
   * @param retention how long the window is retained
   */
  void store(
      Channel channel, Interval interval, long startMillis, byte[] packed, Duration retention);
}
