package io.greenlang.metrics.history;

import io.greenlang.metrics.aggregate.Aggregate;

/**
 * What a series came to over a stretch of time.
 *
 * @param startMillis where it starts, in milliseconds since 1970
 * @param aggregate has at least one reading
 */
public record Window(long startMillis, Aggregate aggregate) {}
