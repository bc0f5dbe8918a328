package io.greenlang.metrics.broker;

import io.greenlang.metrics.Channel;

/**
 * A place in a channel's stream at which something is missing, or may be, and cannot be had any
 * more.
 *
 * @param channel the channel
 * @param epoch names the numbering from here on; another one if the log itself was lost
 * @param offset the number that the next publication comes after
 * @param missed how many metrics are missing; {@link #UNKNOWN} where nobody can know
 */
public record Interruption(Channel channel, String epoch, long offset, long missed) {

  /** Nobody can know how much is missing. */
  public static final long UNKNOWN = -1;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is negative, and not {@link #UNKNOWN}
   */
  public Interruption {
    if (offset < 0 || missed < UNKNOWN) {
      throw new IllegalArgumentException("offset " + offset + ", missed " + missed);
    }
  }
}
