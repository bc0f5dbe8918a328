package io.greenlang.metrics.feed;

/**
 * The totals of a stream and a feed at one instant.
 *
 * @param number the latest publication id
 * @param published metrics published on the channel
 * @param dropped metrics dropped because the channel reached its series limit
 * @param matched metrics that the feed matches
 */
record Totals(long number, long published, long dropped, long matched) {}
