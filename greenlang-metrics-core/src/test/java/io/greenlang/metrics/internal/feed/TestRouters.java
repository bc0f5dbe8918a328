package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.frame.FeedMemory;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import java.util.List;

/** Routers of raw samples, with the default limits and memory. */
final class TestRouters {

  private TestRouters() {}

  static FeedRouter create(Channel channel, MetricsClock clock) {
    return new FeedRouter(
        channel,
        0,
        publicationId -> publicationId,
        ChannelLimits.DEFAULT,
        clock,
        new DirectBufferPool(FeedMemory.fromEnvironment()),
        new StreamStats(),
        DerivedStatistics.of(List.of()));
  }
}
