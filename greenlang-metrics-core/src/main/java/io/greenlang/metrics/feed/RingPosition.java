package io.greenlang.metrics.feed;

/**
 * A position in a ring, with the totals before it.
 *
 * @param sequence the index of the next entry
 * @param offset the publication id of the entry before it; 0 if there is none
 * @param frames the number of frames before it
 * @param metrics the number of metrics before it
 */
record RingPosition(long sequence, long offset, long frames, long metrics) {}
