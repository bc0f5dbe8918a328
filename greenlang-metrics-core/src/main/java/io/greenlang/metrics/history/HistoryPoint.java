package io.greenlang.metrics.history;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a channel's past.
 *
 * @param name the metric's name
 * @param type the metric's type
 * @param tags the metric's tags
 * @param key its time, and where it stands in order
 * @param value of a reading its value, of a window the one number that stands for it
 * @param aggregate what the window came to; null for a reading
 */
public record HistoryPoint(
    String name,
    MetricType type,
    Tags tags,
    HistoryKey key,
    double value,
    @Nullable Aggregate aggregate) {}
