package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;

/**
 * A gap in a channel's stream: publications are missing at this position, or may be, and cannot be
 * recovered.
 *
 * @param channel the channel
 * @param epoch the epoch that applies from here on; it differs from the previous one if the log
 *     itself was lost
 * @param offset the offset after which delivery continues
 * @param missed the number of missing metrics, or {@link #UNKNOWN}
 */
public record Gap(Channel channel, String epoch, long offset, long missed) {

  /** The value of {@link #missed} if the number of missing metrics cannot be determined. */
  public static final long UNKNOWN = -1;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if {@code offset} is negative, or if {@code missed} is
   *     negative but not {@link #UNKNOWN}
   */
  public Gap {
    if (offset < 0 || missed < UNKNOWN) {
      throw new IllegalArgumentException(
          "offset and missed must not be negative, but are " + offset + " and " + missed);
    }
  }
}
