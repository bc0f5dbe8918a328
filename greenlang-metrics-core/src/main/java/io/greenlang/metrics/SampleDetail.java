package io.greenlang.metrics;

/**
 * Data that a sample carries beside its value: the distribution behind a histogram sample, or the
 * start of a counter. Immutable.
 */
public sealed interface SampleDetail permits CounterStart, Distribution {}
