package io.greenlang.metrics.netty;

import io.greenlang.metrics.netty.internal.http.RequestBuffer;
import io.greenlang.metrics.netty.internal.http.RequestHead;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.transport.HandshakeLimits;
import io.greenlang.metrics.websocket.transport.HttpEndpoints;
import io.greenlang.metrics.websocket.transport.TransportContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    HandshakeLimits limits = context.handshakeLimits();
    return new RequestBuffer(limits.maxHeadBytes(), limits.maxHeaders(), this::maxBodyBytes);
  }

  private int maxBodyBytes(String path) {
    HttpEndpoint endpoint = endpoint(path);
    return endpoint == null ? 0 : endpoint.maxBodyBytes();
  }

  /**
   * Returns a new call of an HTTP endpoint.
   *
   * @throws IllegalArgumentException if the query cannot be decoded
   */
  EndpointCall newCall(HttpEndpoint endpoint, RequestHead request, @Nullable String peer) {
    HttpEndpoints endpoints = Objects.requireNonNull(context.httpEndpoints());
    return new EndpointCall(endpoints, endpoint, request, peer);
  }

  /** Returns the HTTP endpoint of a path, or null if there is none. */
  @Nullable HttpEndpoint endpoint(String path) {
    HttpEndpoints endpoints = context.httpEndpoints();
    return endpoints == null ? null : endpoints.find(path);
  }
}
