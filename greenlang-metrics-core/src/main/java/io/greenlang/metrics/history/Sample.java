package io.greenlang.metrics.history;

/**
 * A reading that is kept.
 *
 * @param sequence the number of its publication
 * @param index its place in its publication
 * @param timeMillis its own time, in milliseconds since 1970
 * @param foldMillis the time by which it counts in windows
 * @param value the value
 */
public record Sample(long sequence, int index, long timeMillis, long foldMillis, double value) {}
