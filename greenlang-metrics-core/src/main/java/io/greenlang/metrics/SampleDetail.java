package io.greenlang.metrics;

/**
 * Data that a sample carries in addition to its value: the distribution of a histogram sample, or
 * the start of a counter. Immutable.
 */
public sealed interface SampleDetail permits CounterStart, Distribution {}
