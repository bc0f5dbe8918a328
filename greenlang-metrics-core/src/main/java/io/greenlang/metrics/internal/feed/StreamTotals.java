package io.greenlang.metrics.internal.feed;

/**
 * The totals of a stream and a feed at one instant.
 *
 * @param publicationId the latest publication id
 * @param published metrics published on the channel
 * @param dropped metrics dropped because the channel reached its series limit
 * @param matched metrics that the feed matches
 */
public record StreamTotals(long publicationId, long published, long dropped, long matched) {}
