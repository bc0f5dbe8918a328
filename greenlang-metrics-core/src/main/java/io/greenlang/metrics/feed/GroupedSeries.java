package io.greenlang.metrics.feed;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;

/** What series become that differ only in tags that are not kept. */
record GroupedSeries(String name, MetricType type, Tags tags) {}
