package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.websocket.dashboard.DashboardFiles;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The server as its transports see it: configuration and callbacks. Thread-safe. */
public interface TransportContext {

  /** Returns the host name or address to listen on. */
  String host();

  /** Returns the port to listen on, or 0 for any free port. */
  int port();

  /**
   * Returns the certificate of the port; null if its connections are not encrypted. Only a
   * transport that {@linkplain Transport#supportsTls supports TLS} is started with a certificate.
   */
  default @Nullable TlsSettings tls() {
    return null;
  }

  /**
   * Returns how a transport with a separate port reaches the kernel: {@code auto}, {@code
   * io_uring}, {@code epoll} or {@code nio}.
   */
  default String io() {
    return "auto";
  }

  /** Returns the path of the WebSocket, such as {@code /ws/metrics}. */
  String path();

  /**
   * Returns the prefix of all paths on the server's own port, such as {@code /live}, which {@link
   * #path} does not include. Default: empty.
   */
  default String basePath() {
    return "";
  }

  /** Returns the maximum size of a message in bytes, across all of its fragments. */
  int maxMessageBytes();

  /** Returns the limits on connections that are not WebSockets yet. */
  HandshakeLimits handshakeLimits();

  /** Counts a connection that the transport closed because of one of these limits. */
  void countRejectedConnection();

  /**
   * Decides on a handshake. This method does not block. The returned stage always completes, on
   * another thread.
   *
   * @param handshake the client's handshake
   * @param maxWait the longest time that the handshake can be queued during a connection storm
   *     without delaying other clients; zero if waiting would hold a thread
   */
  CompletionStage<Admission> admit(Handshake handshake, Duration maxWait);

  /**
   * Returns whether a page of this origin may connect, judged by the origin alone. It serves
   * transports that must check the origin first; {@link #admit} makes the decision.
   */
  default boolean mayAllowOrigin(String origin) {
    return true;
  }

  /** Returns the HTTP endpoints of the server, or null if it has none. */
  default @Nullable HttpEndpoints httpEndpoints() {
    return null;
  }

  /** Returns whether the server's own port serves the dashboard. Default: true. */
  default boolean servesDashboard() {
    return true;
  }

  /** Returns the dashboards that the application adds to those on its class path. */
  default DashboardFiles dashboards() {
    return DashboardFiles.NONE;
  }

  /** Returns the proxies that may name a client in its place. Default: none. */
  default Proxies proxies() {
    return Proxies.NONE;
  }

  /** Returns the server-sent events of the server, or null if it has none. */
  default @Nullable EventStreams eventStreams() {
    return null;
  }

  /** Returns the executor for tasks that may block, such as reading a file. */
  Executor workers();

  /** Returns the body of {@code GET /health}, as JSON. */
  byte[] health();
}
