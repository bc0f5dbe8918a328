package io.greenlang.metrics.netty;

import java.time.Duration;

/**
 * The timeouts for a peer.
 *
 * @param requestTimeout the maximum time from the start of a connection, or from the last response,
 *     until a whole request has arrived; also the maximum time to send each response
 * @param messageTimeout the maximum time between the first and the last fragment of a message
 * @param closeTimeout the maximum time to reply to a close frame before the connection is closed
 */
record NettyTimeouts(Duration requestTimeout, Duration messageTimeout, Duration closeTimeout) {

  static final NettyTimeouts DEFAULT =
      new NettyTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(5));
}
