package io.greenlang.metrics.hub;

/**
 * What a hub has done since it was made.
 *
 * @param publications publications taken in, from every instance
 * @param metrics metrics in them
 * @param dropped metrics refused because their channel had too many series
 * @param evaluations how often a feed took metrics from a publication: once per distinct view,
 *     however many clients share it
 * @param encodings how often metrics of a publication were turned into bytes: once per encoding
 * @param channels channels now
 * @param feeds distinct views now
 * @param series series now
 */
public record HubStats(
    long publications,
    long metrics,
    long dropped,
    long evaluations,
    long encodings,
    int channels,
    int feeds,
    int series) {}
