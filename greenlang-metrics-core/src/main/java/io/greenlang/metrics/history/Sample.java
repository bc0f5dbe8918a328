package io.greenlang.metrics.history;

/**
 * A retained sample.
 *
 * @param sequence the id of its publication
 * @param index its position within its publication
 * @param timeMillis its timestamp, in epoch milliseconds
 * @param foldMillis the time that determines its window, in epoch milliseconds
 * @param value its value
 */
public record Sample(long sequence, int index, long timeMillis, long foldMillis, double value) {}
