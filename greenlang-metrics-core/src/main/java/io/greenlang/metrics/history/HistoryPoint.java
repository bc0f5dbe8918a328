package io.greenlang.metrics.history;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a channel's history: a sample or a window.
 *
 * @param name the metric's name
 * @param type the metric's type
 * @param tags the metric's tags
 * @param key the time of the entry and its position in the order
 * @param value the value of a sample, or the one number that represents a window
 * @param aggregate the aggregate of a window; null for a sample
 */
public record HistoryPoint(
    String name,
    MetricType type,
    Tags tags,
    HistoryCursor key,
    double value,
    @Nullable Aggregate aggregate) {}
