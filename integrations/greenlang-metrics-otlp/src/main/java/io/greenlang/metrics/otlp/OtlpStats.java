package io.greenlang.metrics.otlp;

/**
 * A snapshot of the counters of an {@link OtlpReceiver} since it was created.
 *
 * @param requests the requests that passed the server's check of their tokens
 * @param rejectedRequests those of them that were rejected as a whole, or were malformed. The
 *     points before a fault were published
 * @param points the data points that were accepted; the hub can have dropped samples of them
 * @param rejectedPoints the data points that were not
 * @param statefulSeries the current number of delta sums and histograms with a state
 * @param statefulBytes the estimated memory of their states
 */
public record OtlpStats(
    long requests,
    long rejectedRequests,
    long points,
    long rejectedPoints,
    int statefulSeries,
    long statefulBytes) {}
