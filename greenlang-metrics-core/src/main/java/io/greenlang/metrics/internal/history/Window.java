package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.aggregate.Aggregate;

/**
 * One window of a series.
 *
 * @param startMillis the start of the window, in epoch milliseconds
 * @param aggregate the aggregate of the window, which has at least one sample
 */
public record Window(long startMillis, Aggregate aggregate) {}
