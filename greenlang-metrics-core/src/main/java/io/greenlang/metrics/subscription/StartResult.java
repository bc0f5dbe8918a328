package io.greenlang.metrics.subscription;

/**
 * The outcome of a subscription's requested start position.
 *
 * @param position everything after this position will be delivered. While a replay is pending, it
 *     is the start of the replay, so a client that disconnects early can resume without loss
 * @param recovered whether everything since the requested position or time will be delivered; false
 *     if neither was requested
 */
public record StartResult(StreamPosition position, boolean recovered) {}
