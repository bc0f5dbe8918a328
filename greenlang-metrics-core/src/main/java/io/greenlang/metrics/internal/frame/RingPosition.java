package io.greenlang.metrics.internal.frame;

/**
 * A position in a ring, with the totals before it.
 *
 * @param entryIndex the index of the next entry
 * @param publicationId the publication id of the entry before it; 0 if there is none
 * @param frames the number of frames before it
 * @param metrics the number of metrics before it
 */
public record RingPosition(long entryIndex, long publicationId, long frames, long metrics) {}
