package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.frame.FeedMemory;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import java.util.List;

/** Routers with the default limits and memory. */
public final class TestRouters {

  private TestRouters() {}

  /** Returns a router of raw samples. */
  static FeedRouter create(Channel channel, MetricsClock clock) {
    return create(channel, 0, clock);
  }

  /** Returns a router of windows of a length; 0 for raw samples. */
  public static FeedRouter create(Channel channel, long windowMillis, MetricsClock clock) {
    return new FeedRouter(
        channel,
        windowMillis,
        publicationId -> publicationId,
        ChannelLimits.DEFAULT,
        clock,
        new DirectBufferPool(FeedMemory.fromEnvironment()),
        new StreamStats(),
        DerivedStatistics.of(List.of()));
  }
}
