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
 * @param laps how often a client was too late for a feed and got newest values instead
 * @param aggregatorFailures how often an aggregator failed, was slow, or was missing
 * @param historyBytes how much memory the past takes, about
 * @param historyEntries readings and windows of the past that are kept
 * @param historyLetGo those that were let go, to make room or because they were too old
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
    long laps,
    long aggregatorFailures,
    long historyBytes,
    long historyEntries,
    long historyLetGo,
    int channels,
    int feeds,
    int series) {}
