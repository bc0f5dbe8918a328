package io.greenlang.metrics.hub;

import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.channel.ChannelRegistry;
import io.greenlang.metrics.internal.feed.StreamStats;
import io.greenlang.metrics.internal.histogram.HistogramRegistry;

/**
 * Counters of a hub since its creation, and its current sizes.
 *
 * @param publications publications received, from all instances
 * @param metrics metrics contained in those publications
 * @param dropped metrics dropped because their channel had reached its series limit
 * @param droppedObservations observations dropped because their channel had reached its limit of
 *     histograms
 * @param feedUpdates number of times a publication contributed metrics to a feed: once per distinct
 *     view, regardless of how many clients share it
 * @param encodings number of times a publication's metrics were encoded: once per encoding
 * @param lappedCursors number of times a cursor was lapped and received latest values instead
 * @param aggregatorFailures number of times an aggregator failed, was too slow, or was missing
 * @param historyBytes approximate memory used by the history, in bytes
 * @param historyEntries samples and windows currently retained in the history
 * @param historyEvicted samples and windows evicted from the history, to free memory or because
 *     they expired
 * @param channels current number of channels
 * @param feeds current number of distinct views
 * @param series current number of series
 */
public record HubStats(
    long publications,
    long metrics,
    long dropped,
    long droppedObservations,
    long feedUpdates,
    long encodings,
    long lappedCursors,
    long aggregatorFailures,
    long historyBytes,
    long historyEntries,
    long historyEvicted,
    int channels,
    int feeds,
    int series) {

  static HubStats of(
      ChannelRegistry streams, Aggregators aggregators, HistogramRegistry histograms) {
    StreamStats total = streams.stats();
    return new HubStats(
        total.publications(),
        total.metrics(),
        total.dropped(),
        histograms.dropped(),
        total.feedUpdates(),
        total.encodings(),
        total.lappedCursors(),
        aggregators.failures(),
        streams.historyBytes(),
        streams.historyEntries(),
        streams.historyEvicted(),
        streams.channels().size(),
        streams.feedCount(),
        streams.seriesCount());
  }
}
