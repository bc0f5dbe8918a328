package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.StreamStats;
import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.history.MemoryBudget;

/** The collaborators and settings shared by all streams of a hub. */
record ChannelContext(
    ChannelLimits limits,
    MetricsClock clock,
    Aggregators aggregators,
    Retention retention,
    Broker broker,
    MemoryBudget budget,
    DirectBufferPool bufferPool,
    StreamStats stats) {}
