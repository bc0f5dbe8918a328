package io.greenlang.metrics.internal.history;

/**
 * A retained sample.
 *
 * @param publicationId the id of its publication
 * @param index its position within its publication
 * @param timeMillis its timestamp, in epoch milliseconds
 * @param windowTimeMillis the time that determines its window, in epoch milliseconds
 * @param value its value
 */
public record Sample(
    long publicationId, int index, long timeMillis, long windowTimeMillis, double value) {}
