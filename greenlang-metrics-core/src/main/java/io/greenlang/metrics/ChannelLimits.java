package io.greenlang.metrics;

/**
 * The size limits of a channel.
 *
 * @param feedBytes the number of bytes of frames that a feed retains for slow consumers
 * @param seriesPerChannel the maximum number of series of a channel
 */
public record ChannelLimits(long feedBytes, int seriesPerChannel) {

  /** The defaults: 1 MiB per feed and 100,000 series per channel. */
  public static final ChannelLimits DEFAULT = new ChannelLimits(1024 * 1024, 100_000);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public ChannelLimits {
    if (feedBytes < 1 || seriesPerChannel < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, but feedBytes is "
              + feedBytes
              + " and seriesPerChannel is "
              + seriesPerChannel);
    }
  }
}
