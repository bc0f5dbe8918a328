package io.greenlang.metrics.netty;

import io.greenlang.metrics.netty.internal.http.RequestBuffer;
import io.greenlang.metrics.websocket.transport.TransportContext;

/**
 * The parts of the transport that all HTTP connections share.
 *
 * @param context the server
 * @param files the dashboard's files
 * @param timeouts the timeouts for a peer
 * @param pending the connections that are not WebSockets yet
 */
record HttpServices(
    TransportContext context,
    StaticFiles files,
    NettyTimeouts timeouts,
    PendingConnections pending) {

  /** Returns a buffer for the requests of a new connection. */
  RequestBuffer newRequestBuffer() {
    return new RequestBuffer(
        context.handshakeLimits().maxHeadBytes(), context.handshakeLimits().maxHeaders());
  }
}
