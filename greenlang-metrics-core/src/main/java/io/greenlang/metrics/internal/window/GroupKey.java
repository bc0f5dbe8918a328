package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;

/** The identity of a group of series that differ only in tags that are not kept. */
public record GroupKey(String name, MetricType type, Tags tags) {}
