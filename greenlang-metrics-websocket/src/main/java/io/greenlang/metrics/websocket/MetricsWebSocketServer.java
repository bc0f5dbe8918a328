package io.greenlang.metrics.websocket;

import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.hub.HubStats;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.jakarta.JakartaTransport;
import io.greenlang.metrics.websocket.internal.server.ServerConfig;
import io.greenlang.metrics.websocket.internal.server.ServerRuntime;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.ContainerTransport;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket server that streams the metrics of a {@link MetricsHub} to browsers and programs.
 *
 * <pre>{@code
 * MetricsWebSocketServer server =
 *     MetricsWebSocketServer.builder(hub).jwtSecret(secret).port(8000).build();
 * server.start(); // listen on the server's own port, or
 * server.attach(servletContext); // serve from the application's servlet container
 * }</pre>
 *
 * <p>Options that the builder does not set are read from system properties, otherwise from
 * environment variables of the same names; {@link MetricsWebSocketServerBuilder} names them.
 *
 * <p>The server does not close a hub that the application passed to the builder. A server without a
 * hub creates its own on Redis and closes it in {@link #close}.
 *
 * <p>Thread-safe.
 */
public final class MetricsWebSocketServer implements AutoCloseable {

  private final MetricsHub hub;
  private final boolean ownsHub;
  private final ServerConfig config;
  private final ServerCounters counters = new ServerCounters();
  private final List<HttpEndpoint> endpoints;
  private final List<ContainerTransport> containerTransports = new ArrayList<>(1);
  private volatile @Nullable ServerRuntime runtime;

  /**
   * Creates a server that is not started.
   *
   * @param ownsHub whether {@link #close} closes the hub
   */
  MetricsWebSocketServer(MetricsHub hub, boolean ownsHub, ServerConfig config) {
    this.hub = hub;
    this.ownsHub = ownsHub;
    this.config = config;
    this.endpoints = config.allEndpoints(hub, counters);
  }

  /**
   * Returns a builder of a server that streams the metrics of {@code hub}.
   *
   * @param hub the hub to stream; the application closes it
   */
  public static MetricsWebSocketServerBuilder builder(MetricsHub hub) {
    return new MetricsWebSocketServerBuilder(Objects.requireNonNull(hub, "hub"));
  }

  /**
   * Returns a builder of a server for a process that publishes no metrics itself. The server
   * streams the metrics that other instances publish on Redis, at {@link
   * MetricsWebSocketServerBuilder#redisUrl} or {@code REDIS_URL}.
   */
  public static MetricsWebSocketServerBuilder builder() {
    return new MetricsWebSocketServerBuilder(null);
  }

  /**
   * Starts to listen on the server's own port. Does nothing if the server is already listening. A
   * stopped server can be started again; it then also accepts clients again in the containers that
   * it is attached to.
   *
   * @throws UncheckedIOException if it cannot listen, for example because the port is in use
   * @throws IllegalStateException if there is no transport on the class path
   */
  public synchronized void start() {
    try {
      runtime().startListening();
    } catch (IOException e) {
      stopUnlessAttached();
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (RuntimeException | Error e) { // an error if the system refuses threads
      stopUnlessAttached();
      throw e;
    }
  }

  /**
   * Serves the WebSocket path from a web application, instead of the server's own port or in
   * addition to it. Sessions and counters are shared. Call this method while the web application
   * starts: from a {@code ServletContainerInitializer}, a {@code ServletContextListener}, Spring's
   * {@code ServletContextInitializer}, or the equivalent of an embedded container.
   *
   * <p>It also serves the {@linkplain MetricsWebSocketServerBuilder#endpoint HTTP endpoints}, each
   * with a servlet at its path. A call holds a request thread until it is answered, for at most 25
   * s. The {@linkplain MetricsWebSocketServerBuilder#dashboard dashboards} of the builder have a
   * servlet below {@code /greenlang-metrics/dashboards/}.
   *
   * <p>For the WebSocket, this method adds a servlet. The server therefore rejects clients without
   * a valid token or from an origin that is not allowed by HTTP status, as on its own port. Each
   * handshake holds a request thread until its token is checked, for at most 5 s. A servlet on
   * Tyrus cannot do that; there this method does the same as {@link ContainerEndpoint#attach}.
   * Sessions run on a few threads of the server. The container's threads never wait for a client.
   *
   * @param servletContext the context of the web application
   * @throws IllegalStateException if the web application has already started, or already serves the
   *     path
   */
  @SuppressWarnings("exports") // an application without a container needs no Jakarta module
  public void attach(ServletContext servletContext) {
    attachTransport(transport -> transport.install(servletContext));
  }

  /** Installs a transport in a container, and starts it. */
  synchronized void attachTransport(Consumer<JakartaTransport> installation) {
    JakartaTransport transport =
        new JakartaTransport(
            config.address().path(), config.address().ssePath(), endpoints, config.dashboards());
    installation.accept(transport);
    runtime().attach(transport);
    containerTransports.add(transport);
  }

  private ServerRuntime runtime() {
    ServerRuntime current = runtime;
    if (current == null) {
      current = new ServerRuntime(hub, config, endpoints, counters);
      runtime = current;
      containerTransports.forEach(current::attach);
    }
    return current;
  }

  private void stopUnlessAttached() {
    if (containerTransports.isEmpty()) {
      stop();
    }
  }

  /**
   * Stops the server. It closes all clients with 1001 (going away), evenly spread over the
   * {@linkplain MetricsWebSocketServerBuilder#drainTime drain time}. It then waits at most five
   * seconds for them to disconnect, and releases the port. In a container the path remains and
   * responds with 503. Idempotent.
   */
  public void stop() {
    stop(CloseCode.GOING_AWAY);
  }

  /** Stops the server as {@link #stop()} does, but closes clients with 1012 (service restart). */
  public void stopForRestart() {
    stop(CloseCode.SERVICE_RESTART);
  }

  private synchronized void stop(CloseCode closeCode) {
    ServerRuntime current = runtime;
    if (current != null) {
      current.stop(closeCode);
      runtime = null;
    }
  }

  /**
   * Stops the server as {@link #stop()} does. A server that was built without a hub also closes its
   * own hub and cannot be started again.
   */
  @Override
  public void close() {
    stop();
    if (ownsHub) {
      hub.close();
    }
  }

  /**
   * Closes the WebSockets of this server's clients that satisfy a condition, with 4403
   * (disconnected by the application). Their tokens stay valid, so they can connect again; our
   * clients do so only when the application asks. Clients of other instances are not affected.
   * Thread-safe.
   *
   * @param condition called once per client, on the calling thread
   * @return the number of clients
   */
  public int disconnect(Predicate<Principal> condition) {
    ServerRuntime current = runtime;
    return current == null ? 0 : current.disconnect(condition);
  }

  /**
   * Revokes all tokens of a subject (claim {@code sub}) that were issued up to now, on all
   * instances of the hub's broker. Their clients are closed with 4401, at once on this instance and
   * within two seconds on others. The tokens are no longer accepted: in handshakes, refreshes and
   * HTTP calls. Tokens that are issued later (claim {@code iat}, in a later second) are accepted; a
   * token without this claim is not. Thread-safe.
   *
   * <p>Redis keeps the revocation. While it is unavailable, only this instance acts, and the others
   * follow when it is back. Without Redis, a revocation is lost when the process ends.
   *
   * @param until the time at which the last of these tokens expires; {@link Instant#MAX} if one
   *     never does
   * @throws IllegalArgumentException if the subject is empty or longer than 256 characters
   * @throws IllegalStateException if 20,000 revocations are in force, or the hub is closed
   */
  public void revokeSubject(String subject, Instant until) {
    revoke(Revocation.Kind.SUBJECT, subject, until);
  }

  /**
   * Revokes one token by its identifier (claim {@code jti}); otherwise as {@link #revokeSubject}.
   *
   * @param until the time at which the token expires
   * @throws IllegalArgumentException if the identifier is empty or longer than 256 characters
   * @throws IllegalStateException if 20,000 revocations are in force, or the hub is closed
   */
  public void revokeToken(String tokenId, Instant until) {
    revoke(Revocation.Kind.TOKEN, tokenId, until);
  }

  private void revoke(Revocation.Kind kind, String name, Instant until) {
    Instant now = Instant.ofEpochMilli(hub.clock().wallTimeMillis());
    HubStreams.of(hub).revoke(new Revocation(kind, name, now, until));
  }

  /**
   * Returns the hub that this server streams: the hub passed to the builder, or the server's own.
   */
  public MetricsHub hub() {
    return hub;
  }

  /**
   * Returns the port that this server listens on. If it was configured as 0, this is the actual
   * port.
   *
   * @throws IllegalStateException if the server is not listening on its own port
   */
  public int port() {
    ServerRuntime current = runtime;
    InetSocketAddress address = current == null ? null : current.address();
    if (address == null) {
      throw new IllegalStateException(
          "the server is not listening on its own port; call start() first");
    }
    return address.getPort();
  }

  /** Returns whether the server's own port uses TLS, so that its URLs begin with wss and https. */
  public boolean usesTls() {
    return config.address().tls() != null;
  }

  /**
   * Reads the certificate of the server's own port again, for new connections. Open connections
   * keep their sessions. The server also does this by itself after the files have changed.
   *
   * @throws UncheckedIOException if the files cannot be used; the previous certificate stays in use
   * @throws IllegalStateException if the server is not listening with TLS
   */
  public synchronized void reloadTls() {
    ServerRuntime current = runtime;
    if (current == null) {
      throw new IllegalStateException("the server is not started; call start() first");
    }
    try {
      current.reloadTls();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Returns a snapshot of the server's state and counters. Works while the server is draining. */
  public ServerStats stats() {
    ServerRuntime current = runtime; // no lock, so a draining server can be monitored
    HubStats hubStats = hub.stats();
    return new ServerStats(
        current != null,
        current == null ? Duration.ZERO : current.uptime(),
        current == null ? 0 : current.connectedClients(),
        counters.subscriptions(),
        counters.framesOut(),
        counters.bytesOut(),
        counters.messagesIn(),
        counters.messagesDropped(),
        counters.connectionsRefused(),
        counters.errors(),
        counters.metrics(),
        hubStats.feedUpdates(),
        hubStats.encodings(),
        hubStats,
        hub.brokerState());
  }
}
