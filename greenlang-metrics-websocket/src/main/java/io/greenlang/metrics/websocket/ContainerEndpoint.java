package io.greenlang.metrics.websocket;

import jakarta.websocket.server.ServerContainer;

/**
 * A way into a WebSocket container without servlets. It is a separate type, so that an application
 * with the servlet API only can compile and inspect {@link MetricsWebSocketServer}.
 *
 * <p>Requires {@code jakarta.websocket:jakarta.websocket-api}, which every WebSocket container has.
 */
public final class ContainerEndpoint {

  private ContainerEndpoint() {}

  /**
   * Serves the WebSocket path from a WebSocket container, as {@link MetricsWebSocketServer#attach}
   * does, but as a plain endpoint. It also works where there is no servlet container and, on Tomcat
   * and Jetty, after the container has started. A plain endpoint cannot reject a client by HTTP
   * status: the session opens, receives the error message, and is closed with 4401 (no valid token)
   * or 1008 (origin not allowed).
   *
   * @param server the server that accepts the clients
   * @param container the WebSocket container
   * @throws IllegalStateException if the container no longer accepts endpoints, or already has one
   *     at the path
   */
  @SuppressWarnings("exports") // an application without a container needs no Jakarta module
  public static void attach(MetricsWebSocketServer server, ServerContainer container) {
    server.attachTransport(transport -> transport.install(container));
  }
}
