package io.greenlang.metrics.websocket;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.hub.HubStats;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.jakarta.JakartaTransport;
import io.greenlang.metrics.websocket.internal.protocol.WireLimits;
import io.greenlang.metrics.websocket.internal.server.OriginPolicy;
import io.greenlang.metrics.websocket.internal.server.ServerEnvironment;
import io.greenlang.metrics.websocket.internal.server.ServerRuntime;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.ContainerTransport;
import io.greenlang.metrics.websocket.transport.Transport;
import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
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
 * <p>Values that the builder does not set are read from environment variables, or from system
 * properties of the same names: {@code WS_HOST}, {@code WS_PORT}, {@code WS_PATH}, {@code
 * WS_HEARTBEAT_INTERVAL}, {@code WS_MAX_MESSAGE_SIZE}, {@code WS_ALLOWED_ORIGINS}, {@code
 * JWT_SECRET_KEY}, {@code JWT_ALGORITHM}, {@code RATE_LIMIT_MAX_MESSAGES_PER_MINUTE}, {@code
 * RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE}, {@code RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND} and {@code
 * WS_DRAIN_TIME}. A server without a hub also reads {@code REDIS_URL}.
 *
 * <p>The server does not close a hub that the application passed to the builder. A server without a
 * hub creates its own on Redis and closes it in {@link #close}.
 *
 * <p>Thread-safe.
 */
public final class MetricsWebSocketServer implements AutoCloseable {

  private final Config config;
  private final ServerCounters counters = new ServerCounters();
  private final List<ContainerTransport> containerTransports = new ArrayList<>(1);
  private volatile @Nullable ServerRuntime runtime;

  private MetricsWebSocketServer(Config config) {
    this.config = config;
  }

  /**
   * Returns a builder of a server that streams the metrics of {@code hub}.
   *
   * @param hub the hub to stream; the application closes it
   */
  public static Builder builder(MetricsHub hub) {
    return new Builder(Objects.requireNonNull(hub, "hub"));
  }

  /**
   * Returns a builder of a server for a process that publishes no metrics itself. The server
   * streams the metrics that other instances publish on Redis, at {@link Builder#redisUrl} or
   * {@code REDIS_URL}.
   */
  public static Builder builder() {
    return new Builder(null);
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
    } catch (RuntimeException e) {
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
   * <p>This method adds a servlet. The server therefore rejects clients without a valid token or
   * from a foreign origin by HTTP status, as on its own port. Each handshake holds a request thread
   * until its token is checked, for at most 5 s. A servlet on Tyrus cannot do that; there this
   * method does the same as {@link #attach(ServerContainer)}. Sessions run on a few threads of the
   * server. The container's threads never wait for a client.
   *
   * @param servletContext the context of the web application
   * @throws IllegalStateException if the web application has already started, or already serves the
   *     path
   */
  public void attach(ServletContext servletContext) {
    attach(transport -> transport.install(servletContext));
  }

  /**
   * Serves the WebSocket path from a WebSocket container, as {@link #attach(ServletContext)} does,
   * but as a plain endpoint. It also works where there is no servlet container and, on Tomcat and
   * Jetty, after the container has started. A plain endpoint cannot reject a client by HTTP status:
   * the session opens, receives the error message, and is closed with 4401 (no valid token) or 1008
   * (foreign origin).
   *
   * @param container the WebSocket container
   * @throws IllegalStateException if the container no longer accepts endpoints, or already has one
   *     at the path
   */
  public void attach(ServerContainer container) {
    attach(transport -> transport.install(container));
  }

  private synchronized void attach(Consumer<JakartaTransport> installation) {
    JakartaTransport transport = new JakartaTransport(config.path());
    installation.accept(transport);
    runtime().host(transport);
    containerTransports.add(transport);
  }

  private ServerRuntime runtime() {
    ServerRuntime current = runtime;
    if (current == null) {
      current = new ServerRuntime(config, counters);
      runtime = current;
      containerTransports.forEach(current::host);
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
   * {@linkplain Builder#drainTime drain time}. It then waits at most five seconds for them to
   * disconnect, and releases the port. In a container the path remains and responds with 503.
   * Idempotent.
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
    if (config.ownsHub()) {
      config.hub().close();
    }
  }

  /**
   * Returns the hub that this server streams: the hub passed to the builder, or the server's own.
   */
  public MetricsHub hub() {
    return config.hub();
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

  /** Returns a snapshot of the server's state and counters. Works while the server is draining. */
  public ServerStats stats() {
    ServerRuntime current = runtime; // no lock, so a draining server can be monitored
    HubStats hub = config.hub().stats();
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
        hub.feedUpdates(),
        hub.encodings(),
        hub,
        config.hub().brokerState());
  }

  Config config() {
    return config;
  }

  /** The validated configuration of a server. */
  public record Config(
      MetricsHub hub,
      boolean ownsHub,
      String host,
      int port,
      String path,
      Duration heartbeat,
      int maxMessageBytes,
      int maxConnections,
      int messagesPerMinute,
      int connectionsPerMinute,
      int connectionsPerSecond,
      Duration drainTime,
      OriginPolicy origins,
      Authenticator authenticator,
      @Nullable Transport transport) {}

  /**
   * Builds a {@link MetricsWebSocketServer}. {@link #build} validates all values. Not thread-safe.
   */
  public static final class Builder {

    private static final int MAX_PORT = 65_535;
    private static final int MAX_HEARTBEAT_SECONDS = 3600;
    private static final int MAX_DRAIN_SECONDS = 600;
    private static final int MAX_RATE = 10_000_000;
    private static final int MAX_CONNECTIONS_PER_SECOND = 100_000;

    private final @Nullable MetricsHub hub;
    private @Nullable String redisUrl;
    private @Nullable String host;
    private @Nullable Integer port;
    private @Nullable String path;
    private @Nullable Duration heartbeatInterval;
    private @Nullable List<String> allowedOrigins;
    private @Nullable String jwtSecret;
    private @Nullable String jwtAlgorithm;
    private @Nullable Authenticator authenticator;
    private @Nullable Transport transport;
    private int maxConnections = 20_000;
    private @Nullable Integer messagesPerMinute;
    private @Nullable Integer connectionsPerMinute;
    private @Nullable Integer connectionsPerSecond;
    private @Nullable Duration drainTime;

    private Builder(@Nullable MetricsHub hub) {
      this.hub = hub;
    }

    /**
     * Specifies the Redis server whose publications a server without a hub streams: {@code
     * redis://[[user]:password@]host[:port][/database]}, or {@code rediss:} for TLS. Default:
     * {@code REDIS_URL}. Requires {@code io.greenlang:greenlang-metrics-redis}.
     *
     * @throws IllegalStateException if this builder was created with a hub
     */
    public Builder redisUrl(String redisUrl) {
      if (hub != null) {
        throw new IllegalStateException(
            "this server already has a hub; pass the Redis URL to MetricsHub.builder() instead, or"
                + " start from MetricsWebSocketServer.builder()");
      }
      this.redisUrl = Objects.requireNonNull(redisUrl, "redisUrl");
      return this;
    }

    /**
     * Sets the host name or address to listen on. Default: {@code WS_HOST}, otherwise all addresses
     * ({@code 0.0.0.0}).
     */
    public Builder host(String host) {
      this.host = host;
      return this;
    }

    /**
     * Sets the port to listen on; 0 selects any free port. Default: {@code WS_PORT}, otherwise
     * 8000.
     */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /**
     * Sets the path of the WebSocket. Default: {@code WS_PATH}, otherwise {@code /ws/metrics}.
     *
     * @param path an absolute path of letters, digits and {@code . _ ~ - /}
     */
    public Builder path(String path) {
      this.path = path;
      return this;
    }

    /**
     * Sets the interval between pings, from one second to one hour. The server closes a client that
     * sends nothing for two intervals. Default: {@code WS_HEARTBEAT_INTERVAL} in seconds, otherwise
     * 30 s.
     */
    public Builder heartbeatInterval(Duration heartbeatInterval) {
      this.heartbeatInterval = heartbeatInterval;
      return this;
    }

    /**
     * Sets the origins whose web pages may connect, such as {@code https://example.com}. Default:
     * {@code WS_ALLOWED_ORIGINS}, separated by commas, otherwise only pages from the same host.
     */
    public Builder allowedOrigins(List<String> allowedOrigins) {
      this.allowedOrigins = List.copyOf(allowedOrigins);
      return this;
    }

    /** Sets the secret that tokens are signed with. Default: {@code JWT_SECRET_KEY}. */
    public Builder jwtSecret(String jwtSecret) {
      this.jwtSecret = jwtSecret;
      return this;
    }

    /**
     * Sets the signature algorithm of tokens: {@code HS256}, {@code HS384} or {@code HS512}.
     * Default: {@code JWT_ALGORITHM}, otherwise HS256.
     */
    public Builder jwtAlgorithm(String jwtAlgorithm) {
      this.jwtAlgorithm = jwtAlgorithm;
      return this;
    }

    /** Sets an authenticator that validates tokens, instead of a JWT secret. */
    public Builder authenticator(Authenticator authenticator) {
      this.authenticator = authenticator;
      return this;
    }

    /** Accepts all clients and ignores their tokens. */
    public Builder allowAnonymous() {
      return authenticator(Authenticator.anonymous());
    }

    /** Limits the number of concurrently connected clients. Default: 20,000. */
    public Builder maxConnections(int maxConnections) {
      this.maxConnections = maxConnections;
      return this;
    }

    /**
     * Limits the messages per minute that a client may send, and the frames of metrics per minute
     * that each connection receives; 0 disables both limits. Inbound messages are counted per token
     * subject across all of its connections or, without tokens, per address. The server drops
     * inbound messages above the limit. Outbound, newer values replace older ones. Default: {@code
     * RATE_LIMIT_MAX_MESSAGES_PER_MINUTE}, otherwise 1,000.
     */
    public Builder maxMessagesPerMinute(int limit) {
      this.messagesPerMinute = limit;
      return this;
    }

    /**
     * Limits the connection attempts per minute of one address, successful or not; 0 disables the
     * limit. Attempts above the limit are rejected with HTTP status 429. All clients behind a proxy
     * share the proxy's address. Default: {@code RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE}, otherwise
     * 6,000.
     */
    public Builder maxConnectionsPerMinute(int limit) {
      this.connectionsPerMinute = limit;
      return this;
    }

    /**
     * Limits the number of connections accepted per second across all addresses, so that the
     * clients of a failed instance reconnect one after the other; 0 disables the limit, and 100,000
     * is the maximum. Excess handshakes are queued for up to eight seconds before authentication,
     * then rejected with HTTP status 503. In a servlet container they are rejected immediately,
     * because queueing would block a request thread. Default: {@code
     * RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND}, otherwise 400.
     */
    public Builder maxConnectionsPerSecond(int limit) {
      this.connectionsPerSecond = limit;
      return this;
    }

    /**
     * Sets the time over which {@link MetricsWebSocketServer#stop} spreads the closing of clients,
     * so that they do not all connect to another instance at once. At most ten minutes. Default:
     * {@code WS_DRAIN_TIME} in seconds, otherwise zero.
     */
    public Builder drainTime(Duration drainTime) {
      this.drainTime = drainTime;
      return this;
    }

    /**
     * Sets the transport that listens for connections. Default: the transport of {@code
     * greenlang-metrics-netty}.
     */
    public Builder transport(Transport transport) {
      this.transport = transport;
      return this;
    }

    /**
     * Builds the server without starting it. A server without a hub connects to Redis now; if Redis
     * is unavailable, the server keeps trying and reports itself as degraded in {@code /health}.
     *
     * @throws IllegalArgumentException if a value is malformed or out of range; the message names
     *     the setting, its value (except Redis URLs) and the allowed range
     * @throws IllegalStateException if there is no way to validate tokens, no hub and no Redis URL,
     *     or a Redis URL but no {@code io.greenlang:greenlang-metrics-redis}
     */
    public MetricsWebSocketServer build() {
      return build(ServerEnvironment.ofProcess());
    }

    MetricsWebSocketServer build(ServerEnvironment settings) {
      // The hub is created last because it connects to Redis: an invalid setting leaves nothing to
      // clean up.
      MetricsClock clock = hub != null ? hub.clock() : MetricsClock.system();
      String url = hub != null ? null : checkedRedisUrl(settings);
      String listenHost = host != null ? host : settings.text("WS_HOST", "0.0.0.0");
      int listenPort = checkedPort(settings);
      String webSocketPath = checkedPath(settings);
      Duration pingInterval = checkedHeartbeat(settings);
      int maxMessageBytes =
          settings.number(
              "WS_MAX_MESSAGE_SIZE",
              WireLimits.MAX_MESSAGE_BYTES,
              1024,
              WireLimits.MAX_MESSAGE_BYTES);
      int maxClients = checkedMaxConnections();
      int messageLimit =
          checkedRate(
              settings, messagesPerMinute, "RATE_LIMIT_MAX_MESSAGES_PER_MINUTE", 1_000, MAX_RATE);
      int attemptLimit =
          checkedRate(
              settings,
              connectionsPerMinute,
              "RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE",
              6_000,
              MAX_RATE);
      int handshakeLimit =
          checkedRate(
              settings,
              connectionsPerSecond,
              "RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND",
              400,
              MAX_CONNECTIONS_PER_SECOND);
      Duration drainDuration = checkedDrainTime(settings);
      OriginPolicy origins =
          new OriginPolicy(
              allowedOrigins != null ? allowedOrigins : settings.list("WS_ALLOWED_ORIGINS"));
      Authenticator tokenAuthenticator =
          authenticator != null ? authenticator : jwtAuthenticator(settings, clock);
      return new MetricsWebSocketServer(
          new Config(
              url == null
                  ? Objects.requireNonNull(hub)
                  : MetricsHub.builder().redisUrl(url).build(),
              url != null,
              listenHost,
              listenPort,
              webSocketPath,
              pingInterval,
              maxMessageBytes,
              maxClients,
              messageLimit,
              attemptLimit,
              handshakeLimit,
              drainDuration,
              origins,
              tokenAuthenticator,
              transport));
    }

    private String checkedRedisUrl(ServerEnvironment settings) {
      String url = redisUrl != null ? redisUrl : settings.text("REDIS_URL");
      if (url == null) {
        throw new IllegalStateException(
            "the server has no metrics to stream: set redisUrl or REDIS_URL, for example"
                + " redis://localhost:6379, or start from MetricsWebSocketServer.builder(hub)");
      }
      return url;
    }

    private int checkedPort(ServerEnvironment settings) {
      if (port == null) {
        return settings.number("WS_PORT", 8000, 0, MAX_PORT);
      }
      if (port < 0 || port > MAX_PORT) {
        throw new IllegalArgumentException("port " + port + " must be from 0 to " + MAX_PORT);
      }
      return port;
    }

    private String checkedPath(ServerEnvironment settings) {
      String checked = path != null ? path : settings.text("WS_PATH", "/ws/metrics");
      if (!checked.matches("/[A-Za-z0-9._~/-]*")) {
        throw new IllegalArgumentException(
            "WebSocket path \""
                + checked
                + "\" (WS_PATH) must begin with / and contain letters, digits and . _ ~ - / only");
      }
      return checked;
    }

    private Duration checkedHeartbeat(ServerEnvironment settings) {
      if (heartbeatInterval == null) {
        return Duration.ofSeconds(
            settings.number("WS_HEARTBEAT_INTERVAL", 30, 1, MAX_HEARTBEAT_SECONDS));
      }
      boolean inRange =
          heartbeatInterval.compareTo(Duration.ofSeconds(1)) >= 0
              && heartbeatInterval.compareTo(Duration.ofSeconds(MAX_HEARTBEAT_SECONDS)) <= 0;
      if (!inRange) {
        throw new IllegalArgumentException(
            "heartbeat interval " + heartbeatInterval + " must be from one second to one hour");
      }
      return heartbeatInterval;
    }

    private int checkedMaxConnections() {
      if (maxConnections < 1) {
        throw new IllegalArgumentException(
            "maxConnections " + maxConnections + " must be at least 1");
      }
      return maxConnections;
    }

    private Duration checkedDrainTime(ServerEnvironment settings) {
      if (drainTime == null) {
        return Duration.ofSeconds(settings.number("WS_DRAIN_TIME", 0, 0, MAX_DRAIN_SECONDS));
      }
      if (drainTime.isNegative()
          || drainTime.compareTo(Duration.ofSeconds(MAX_DRAIN_SECONDS)) > 0) {
        throw new IllegalArgumentException(
            "drain time " + drainTime + " (WS_DRAIN_TIME) must be from zero to ten minutes");
      }
      return drainTime;
    }

    private static int checkedRate(
        ServerEnvironment settings,
        @Nullable Integer limit,
        String variable,
        int defaultLimit,
        int max) {
      if (limit == null) {
        return settings.number(variable, defaultLimit, 0, max);
      }
      if (limit < 0 || limit > max) {
        throw new IllegalArgumentException(
            "a limit of " + limit + " (" + variable + ") must be from 0 to " + max);
      }
      return limit;
    }

    private Authenticator jwtAuthenticator(ServerEnvironment settings, MetricsClock clock) {
      String secret = jwtSecret != null ? jwtSecret : settings.secret("JWT_SECRET_KEY");
      if (secret == null) {
        throw new IllegalStateException(
            "no key to validate tokens: set JWT_SECRET_KEY, or call jwtSecret(...) or"
                + " authenticator(...) on the builder, or allowAnonymous() to accept all clients");
      }
      String algorithm =
          jwtAlgorithm != null ? jwtAlgorithm : settings.text("JWT_ALGORITHM", "HS256");
      return new JwtAuthenticator(secret, algorithm, clock);
    }
  }
}
