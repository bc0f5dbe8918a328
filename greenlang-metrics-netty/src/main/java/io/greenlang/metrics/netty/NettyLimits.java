package io.greenlang.metrics.netty;

import java.time.Duration;

/**
 * The timeouts for a peer.
 *
 * @param request the maximum time from the start of a connection, or from the last response, until
 *     a whole request has arrived; also the maximum time to send each response
 * @param message the maximum time between the first and the last fragment of a message
 * @param close the maximum time to reply to a close frame before the connection is closed
 */
record NettyLimits(Duration request, Duration message, Duration close) {

  static final NettyLimits DEFAULT =
      new NettyLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(5));
}
