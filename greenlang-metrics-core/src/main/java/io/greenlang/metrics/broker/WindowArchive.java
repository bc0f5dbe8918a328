package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import java.time.Duration;

/** Keeps what closed windows came to, where the end of a process does not reach it. */
public interface WindowArchive {

  /**
   * Keeps a window. Every instance may try; the first one's is kept. It is queued, so it does not
   * block; any thread.
   *
   * @param startMillis where the window starts, in milliseconds since 1970
   * @param packed what the channel's series came to, for {@link ChannelLog#windows}; not changed
   *     afterwards
   * @param retention how long it is kept
   */
  void keep(
      Channel channel, Interval interval, long startMillis, byte[] packed, Duration retention);
}
