package io.greenlang.metrics.otlp;

/**
 * A snapshot of the counters of an {@link OtlpReceiver} since it was created.
 *
 * @param requests the requests that passed the server's check of their tokens
 * @param rejectedRequests those of them that were rejected as a whole, or were malformed. If the
 *     fault is in the data of a metric, the points before it were published
 * @param points the data points that were accepted; the hub can have dropped samples of them
 * @param rejectedPoints the data points that were not
 * @param statefulSeries the current number of delta sums and cumulative histograms with a state,
 *     and of delta histograms of which repeated points are recognized
 * @param statefulBytes the estimated memory for them
 */
public record OtlpStats(
    long requests,
    long rejectedRequests,
    long points,
    long rejectedPoints,
    int statefulSeries,
    long statefulBytes) {}
