package io.greenlang.metrics.feed;

/**
 * What became of the metrics that were published on a channel since a client subscribed. Nothing
 * disappears: {@code published = delivered + merged + filtered + dropped + pending}.
 *
 * @param published metrics published on the channel
 * @param delivered handed to the client's connection one by one
 * @param merged passed over; the client was told {@code lagged}, and the newest value of each
 *     series stands for them
 * @param filtered not asked for
 * @param dropped given to nobody, because the channel had more series than it may
 * @param pending not yet handed over
 */
public record Accounting(
    long published, long delivered, long merged, long filtered, long dropped, long pending) {}
