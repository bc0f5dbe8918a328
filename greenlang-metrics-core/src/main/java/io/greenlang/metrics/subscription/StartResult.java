package io.greenlang.metrics.subscription;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a subscription's requested start position.
 *
 * @param position everything after this position will be delivered. While a replay is pending, it
 *     is the start of the replay, so a client that disconnects early can resume without loss
 * @param recovered whether everything since the requested position or time will be delivered; null
 *     if neither was requested, because then nothing can be lost
 */
public record StartResult(StreamPosition position, @Nullable Boolean recovered) {}
