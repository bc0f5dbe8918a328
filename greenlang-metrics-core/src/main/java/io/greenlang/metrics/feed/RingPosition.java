package io.greenlang.metrics.feed;

/**
 * A place in a ring, and all that came before it.
 *
 * @param sequence the number of the entry that comes next
 * @param offset the offset of the entry before it; 0 if there is none
 * @param frames frames before it
 * @param metrics metrics before it
 */
record RingPosition(long sequence, long offset, long frames, long metrics) {}
