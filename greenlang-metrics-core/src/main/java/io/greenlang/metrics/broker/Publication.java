package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import java.util.List;

/**
 * The metrics that one source published on one channel at one instant.
 *
 * @param channel the channel
 * @param epoch the epoch of the offset; offsets of different epochs cannot be compared. It changes
 *     when the broker loses its log
 * @param offset the publication's offset in its channel, starting at 1, without holes
 * @param logMillis the time at which the publication was logged, in epoch milliseconds of the log's
 *     clock. It is the same on every instance and never decreases within a channel
 * @param metrics at least one metric; each has a timestamp and belongs to this channel
 */
public record Publication(
    Channel channel, String epoch, long offset, long logMillis, List<Metric> metrics) {

  /** Copies the list unless it is immutable. */
  public Publication {
    metrics = List.copyOf(metrics);
  }
}
