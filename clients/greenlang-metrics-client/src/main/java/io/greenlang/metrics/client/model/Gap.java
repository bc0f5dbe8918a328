package io.greenlang.metrics.client.model;

import java.util.OptionalLong;

/**
 * A loss of metrics on a channel. The client reports it before it delivers any later metric of the
 * channel.
 *
 * @param channel the channel
 * @param missed the number of missed metrics; empty if the server cannot count them, and after a
 *     reconnect
 * @param recovered true if the client reconnected and the server now replays the missed metrics in
 *     order. False if the metrics are lost to this subscription: the server was restarted, or it
 *     skipped them because the client was slow. History may still have them
 */
public record Gap(String channel, OptionalLong missed, boolean recovered) {

  /** Returns a gap after a reconnect. */
  public static Gap afterReconnect(String channel, boolean recovered) {
    return new Gap(channel, OptionalLong.empty(), recovered);
  }

  /** Returns a gap of metrics that the server skipped. */
  public static Gap skipped(String channel, OptionalLong missed) {
    return new Gap(channel, missed, false);
  }
}
