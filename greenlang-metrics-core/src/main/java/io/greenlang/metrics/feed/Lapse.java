package io.greenlang.metrics.feed;

/**
 * What a client was too late for.
 *
 * @param after it had everything up to this block
 * @param until the newest block that it was too late for
 * @param missed how many metrics that is
 * @param standing where it stands while it is brought what stands for them
 */
record Lapse(long after, long until, long missed, long standing) {}
