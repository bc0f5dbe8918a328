package io.greenlang.metrics.client.model;

import java.util.Objects;

/**
 * A report that a channel has reached the server's limit of series. The server drops the metrics of
 * new series. The stream of the existing series has no gap.
 *
 * @param channel the channel
 * @param missed the number of metrics that the channel dropped since the previous report
 */
public record SeriesLimit(String channel, long missed) {

  /**
   * Validates the number.
   *
   * @throws IllegalArgumentException if the number is negative
   */
  public SeriesLimit {
    Objects.requireNonNull(channel, "channel");
    if (missed < 0) {
      throw new IllegalArgumentException("missed is " + missed + "; it must be 0 or more");
    }
  }

  /** Returns a description for logs. */
  @Override
  public String toString() {
    return channel + " is at its limit of series; " + missed + " metrics were dropped";
  }
}
