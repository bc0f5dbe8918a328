package io.greenlang.metrics.netty;

import io.greenlang.metrics.netty.internal.connection.ChannelAddresses;
import io.greenlang.metrics.netty.internal.http.RequestBuffer;
import io.greenlang.metrics.netty.internal.http.RequestHead;
import io.greenlang.metrics.netty.internal.tls.TlsServer;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.transport.ClientAddress;
import io.greenlang.metrics.websocket.transport.EventStreams;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.HandshakeLimits;
import io.greenlang.metrics.websocket.transport.HttpEndpoints;
import io.greenlang.metrics.websocket.transport.StaticFiles;
import io.greenlang.metrics.websocket.transport.TransportContext;
import io.netty.channel.Channel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the transport that all HTTP connections share.
 *
 * @param context the server
 * @param files the dashboard's files
 * @param timeouts the timeouts for a peer
 * @param pending the connections that are not WebSockets yet
 * @param tls the certificate of the port; null if its connections are not encrypted
 */
record HttpServices(
    TransportContext context,
    StaticFiles files,
    NettyTimeouts timeouts,
    PendingConnections pending,
    @Nullable TlsServer tls) {

  /** Returns a buffer for the requests of a new connection. */
  RequestBuffer newRequestBuffer() {
    HandshakeLimits limits = context.handshakeLimits();
    return new RequestBuffer(limits.maxHeadBytes(), limits.maxHeaders(), this::maxBodyBytes);
  }

  private int maxBodyBytes(String path) {
    String localPath = localPath(path);
    HttpEndpoint endpoint = localPath == null ? null : endpoint(localPath);
    return endpoint == null ? 0 : endpoint.maxBodyBytes();
  }

  /**
   * Returns the handshake of a request, and counts its connection for the client's address.
   *
   * @throws IllegalArgumentException if the query cannot be decoded
   */
  Handshake newHandshake(
      RequestHead request, Channel channel, PendingConnections.@Nullable Entry connection) {
    return WebSocketUpgrade.handshake(request, clientAddress(request, channel, connection));
  }

  /**
   * Returns a new call of an HTTP endpoint, and counts its connection for the client's address.
   *
   * @throws IllegalArgumentException if the query cannot be decoded
   */
  EndpointCall newCall(
      HttpEndpoint endpoint,
      RequestHead request,
      Channel channel,
      PendingConnections.@Nullable Entry connection) {
    HttpEndpoints endpoints = Objects.requireNonNull(context.httpEndpoints());
    return new EndpointCall(
        endpoints,
        endpoint,
        request,
        subpath(endpoint, request),
        clientAddress(request, channel, connection));
  }

  private String subpath(HttpEndpoint endpoint, RequestHead request) {
    String path = localPath(request.target().path());
    String subpath = path == null ? null : HttpEndpoints.subpath(endpoint, path);
    return subpath == null ? "" : subpath;
  }

  /** Returns a new request for a stream, and counts its connection for the client's address. */
  StreamCall newStreamCall(
      RequestHead request, Channel channel, PendingConnections.@Nullable Entry connection) {
    return new StreamCall(this, request, clientAddress(request, channel, connection));
  }

  private @Nullable String clientAddress(
      RequestHead request, Channel channel, PendingConnections.@Nullable Entry connection) {
    ClientAddress peer = ChannelAddresses.peer(channel);
    if (peer == null) {
      return null; // not a network connection
    }
    ClientAddress client = context.proxies().client(peer, request.headers()::getAll);
    ChannelAddresses.setClient(channel, client);
    if (connection != null) {
      connection.setAddress(client.address());
    }
    return client.address();
  }

  /** Returns a path without the server's base path; null if the path is not below it. */
  @Nullable String localPath(String path) {
    String basePath = context.basePath();
    boolean below = path.startsWith(basePath + "/");
    return basePath.isEmpty() ? path : below ? path.substring(basePath.length()) : null;
  }

  /** Returns the HTTP endpoint of a path below the base path, or null if there is none. */
  @Nullable HttpEndpoint endpoint(String path) {
    HttpEndpoints endpoints = context.httpEndpoints();
    return endpoints == null ? null : endpoints.find(path);
  }

  /** Returns whether a path is that of server-sent events. */
  boolean isStream(String path) {
    EventStreams streams = context.eventStreams();
    return streams != null && streams.path().equals(path);
  }
}
