package io.greenlang.metrics.prometheus;

/**
 * The numbers of samples that a {@link PrometheusSource} read and lost since it was built. Failed
 * scrapes are in the statistics of the collector.
 *
 * @param scrapes the number of answers that were read
 * @param samples the number of samples that were collected
 * @param badLines the number of lines, or of metrics in Protocol Buffers, that break the format or
 *     contradict another part of the same answer
 * @param unpublishable the number of samples that no metric can represent: an infinite value, a
 *     name or a label that exceeds a limit, or a histogram whose buckets are incomplete, contradict
 *     each other or changed
 * @param overLimit the number of samples beyond {@link PrometheusSourceBuilder#maxSeries}
 */
public record PrometheusSourceStats(
    long scrapes, long samples, long badLines, long unpublishable, long overLimit) {}
