package io.greenlang.metrics.feed;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.history.MemoryBudget;
import io.greenlang.metrics.history.Retention;

/** The collaborators and settings shared by all streams of a hub. */
record StreamParts(
    StreamLimits limits,
    MetricsClock clock,
    Aggregators aggregators,
    Retention retention,
    Broker broker,
    MemoryBudget budget,
    MemoryPool memory,
    StreamStats stats) {}
