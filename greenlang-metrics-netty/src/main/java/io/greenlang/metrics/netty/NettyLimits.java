package io.greenlang.metrics.netty;

import java.time.Duration;

/**
 * How long a peer may take.
 *
 * @param request from a connection's beginning, or the last answer, to a whole request; and for
 *     each answer to leave
 * @param message from the first fragment of a message to its last
 * @param close to answer a close frame, before the connection is cut
 */
record NettyLimits(Duration request, Duration message, Duration close) {

  static final NettyLimits DEFAULT =
      new NettyLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(5));
}
