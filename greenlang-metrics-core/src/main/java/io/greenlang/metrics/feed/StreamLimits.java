package io.greenlang.metrics.feed;

/**
 * What bounds a channel.
 *
 * @param feedBytes how many bytes of frames a feed keeps for clients that are late
 * @param seriesPerChannel how many series a channel may have
 */
public record StreamLimits(long feedBytes, int seriesPerChannel) {

  /** 1 MiB for a feed, 100,000 series for a channel. */
  public static final StreamLimits DEFAULT = new StreamLimits(1024 * 1024, 100_000);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public StreamLimits {
    if (feedBytes < 1 || seriesPerChannel < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, but feedBytes is "
              + feedBytes
              + " and seriesPerChannel is "
              + seriesPerChannel);
    }
  }
}
