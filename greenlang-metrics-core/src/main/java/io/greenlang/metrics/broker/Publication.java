package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import java.util.List;

/**
 * The metrics that one source published on one channel at one instant.
 *
 * @param channel the channel
 * @param epoch names the numbering: offsets of different epochs cannot be compared. It changes when
 *     the log behind the broker was lost
 * @param offset the publication's number in its channel, from 1, without holes
 * @param logMillis when it was logged, in milliseconds since 1970, by the log's clock: the same on
 *     every instance, and it does not decrease within a channel
 * @param metrics at least one, each with a timestamp, all of this channel
 */
public record Publication(
    Channel channel, String epoch, long offset, long logMillis, List<Metric> metrics) {

  /** Copies the list where it could still change. */
  public Publication {
    metrics = List.copyOf(metrics);
  }
}
