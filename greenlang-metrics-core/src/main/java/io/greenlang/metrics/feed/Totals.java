package io.greenlang.metrics.feed;

/**
 * Where a stream and a feed stand at one instant.
 *
 * @param number the newest block
 * @param published metrics published on the channel
 * @param dropped those that no client gets, because the channel has too many series
 * @param matched those that the feed wants
 */
record Totals(long number, long published, long dropped, long matched) {}
