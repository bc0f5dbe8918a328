package io.greenlang.metrics.feed;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;

/** The identity of a group of series that differ only in tags that are not kept. */
record GroupedSeries(String name, MetricType type, Tags tags) {}
