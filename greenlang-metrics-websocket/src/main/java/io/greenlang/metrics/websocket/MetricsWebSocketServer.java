package io.greenlang.metrics.websocket;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.hub.HubStats;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.jakarta.JakartaTransport;
import io.greenlang.metrics.websocket.protocol.CloseCode;
import io.greenlang.metrics.websocket.protocol.WireLimits;
import io.greenlang.metrics.websocket.session.ServerCounters;
import io.greenlang.metrics.websocket.transport.HostedTransport;
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
 * Streams a hub's metrics to browsers and programs over WebSocket.
 *
 * <pre>{@code
 * MetricsWebSocketServer server =
 *     MetricsWebSocketServer.builder(hub).jwtSecret(secret).port(8000).build();
 * server.start(); // on a port of its own; or
 * server.attach(servletContext); // in a host's container
 * }</pre>
 *
 * <p>What the builder does not set comes from the environment, or from system properties of the
 * same names: {@code WS_HOST}, {@code WS_PORT}, {@code WS_PATH}, {@code WS_HEARTBEAT_INTERVAL},
 * {@code WS_MAX_MESSAGE_SIZE}, {@code WS_ALLOWED_ORIGINS}, {@code JWT_SECRET_KEY}, {@code
 * JWT_ALGORITHM}, {@code RATE_LIMIT_MAX_MESSAGES_PER_MINUTE}, {@code
 * RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE}, {@code RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND}, {@code
 * WS_DRAIN_TIME}; and of a server without a hub, {@code REDIS_URL}.
 *
 * <p>Any thread. The server does not close a hub that it was given; its own, on Redis, it does in
 * {@link #close}.
 */
public final class MetricsWebSocketServer implements AutoCloseable {

  private final Config config;
  private final ServerCounters counters = new ServerCounters();
  private final List<HostedTransport> attached = new ArrayList<>(1);
  private volatile @Nullable RunningServer running;

  private MetricsWebSocketServer(Config config) {
    this.config = config;
  }

  /** A server for a hub. */
  public static Builder builder(MetricsHub hub) {
    return new Builder(Objects.requireNonNull(hub, "hub"));
  }

  /**
   * A server of a process that publishes nothing itself: it streams what others publish on Redis,
   * at {@link Builder#redisUrl} or the setting {@code REDIS_URL}.
   */
  public static Builder builder() {
    return new Builder(null);
  }

  /**
   * Listens on a port of its own. Does nothing if it does already; a stopped server can be started
   * again, and is then back in the containers that it was attached to, too.
   *
   * @throws UncheckedIOException if it cannot listen, for instance because the port is in use
   * @throws IllegalStateException if there is no transport on the class path
   */
  public synchronized void start() {
    try {
      running().listen();
    } catch (IOException e) {
      stopUnlessAttached();
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      stopUnlessAttached();
      throw e;
    }
  }

  /**
   * Answers at its path within a web application, in place of a port of its own or beside it;
   * sessions and counts are shared. Call it while the application starts: from a {@code
   * ServletContainerInitializer}, a {@code ServletContextListener}, Spring's {@code
   * ServletContextInitializer}, or what the embedded container has for it.
   *
   * <p>Adds a servlet, so clients without a valid token or from a foreign page are refused by HTTP
   * status, as on a port of its own; each handshake holds a request thread until its token is
   * checked, at most 5 s. On Tyrus, where a servlet cannot do that, the same as {@link
   * #attach(ServerContainer)}. Sessions run on a few threads of the server's; the container's never
   * wait for a client.
   *
   * @throws IllegalStateException if the application has started already, or has something else at
   *     the path
   */
  public void attach(ServletContext host) {
    attach(door -> door.install(host));
  }

  /**
   * Answers at its path within a WebSocket container, as {@link #attach(ServletContext)} does, but
   * as a plain endpoint: also where there is no servlet, and on Tomcat and Jetty also after the
   * start. A client that is refused cannot be given a status here. Its session opens, it is told,
   * and closed with 4401 (no valid token) or 1008 (a foreign page).
   *
   * @throws IllegalStateException if the container takes no endpoint any more, or has another at
   *     the path
   */
  public void attach(ServerContainer host) {
    attach(door -> door.install(host));
  }

  private synchronized void attach(Consumer<JakartaTransport> installation) {
    JakartaTransport door = new JakartaTransport(config.path());
    installation.accept(door);
    running().host(door);
    attached.add(door);
  }

  private RunningServer running() {
    RunningServer current = running;
    if (current == null) {
      current = new RunningServer(config, counters);
      running = current;
      attached.forEach(current::host);
    }
    return current;
  }

  private void stopUnlessAttached() {
    if (attached.isEmpty()) {
      stop();
    }
  }

  /**
   * Tells every client that the server goes away (1001), one after the other over the {@linkplain
   * Builder#drainTime drain time}, waits until they have gone, at most five seconds, and frees the
   * port. In a container its path stays, and answers 503. Idempotent.
   */
  public void stop() {
    stop(CloseCode.GOING_AWAY);
  }

  /** The same, but tells clients that the server will be back (1012). */
  public void stopForRestart() {
    stop(CloseCode.SERVICE_RESTART);
  }

  private synchronized void stop(CloseCode reason) {
    RunningServer current = running;
    if (current != null) {
      current.stop(reason);
      running = null;
    }
  }

  /**
   * The same as {@link #stop()}; a server that was given no hub closes its own, and cannot be
   * started again.
   */
  @Override
  public void close() {
    stop();
    if (config.ownsHub()) {
      config.hub().close();
    }
  }

  /** The hub that it streams: the one that it was given, or its own. */
  public MetricsHub hub() {
    return config.hub();
  }

  /**
   * The port that it listens on: the one that was found free if it was to be any.
   *
   * @throws IllegalStateException if the server is not running, or has no port of its own
   */
  public int port() {
    RunningServer current = running;
    InetSocketAddress address = current == null ? null : current.address();
    if (address == null) {
      throw new IllegalStateException("the server has no port of its own; call start() first");
    }
    return address.getPort();
  }

  /** What the server does and has done. */
  public ServerStats stats() {
    RunningServer current = running; // no lock: a server that drains can be watched
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
        hub.evaluations(),
        hub.encodings(),
        hub,
        config.hub().brokerState());
  }

  Config config() {
    return config;
  }

  /** What a server was built with. */
  record Config(
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

  /** Settings of a server. */
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
    private @Nullable Duration heartbeat;
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
     * The Redis whose publications a server without a hub streams: {@code
     * redis://[[user]:password@]host[:port][/database]}, or {@code rediss:} for TLS. Else {@code
     * REDIS_URL}. Needs {@code io.greenlang:greenlang-metrics-redis}.
     *
     * @throws IllegalStateException if this builder was made with a hub
     */
    public Builder redisUrl(String url) {
      if (hub != null) {
        throw new IllegalStateException(
            "this server has a hub already; give the Redis address to MetricsHub.builder(), or begin"
                + " with MetricsWebSocketServer.builder()");
      }
      this.redisUrl = Objects.requireNonNull(url, "url");
      return this;
    }

    /** The name or address to listen on; else {@code WS_HOST}, else all ({@code 0.0.0.0}). */
    public Builder host(String name) {
      this.host = name;
      return this;
    }

    /** The port to listen on, 0 for any that is free; else {@code WS_PORT}, else 8000. */
    public Builder port(int number) {
      this.port = number;
      return this;
    }

    /** The WebSocket's path; else {@code WS_PATH}, else {@code /ws/metrics}. */
    public Builder path(String absolute) {
      this.path = absolute;
      return this;
    }

    /**
     * How often clients are asked for a sign of life; after two without one they are closed. Else
     * {@code WS_HEARTBEAT_INTERVAL} in seconds, else 30 s.
     */
    public Builder heartbeatInterval(Duration interval) {
      this.heartbeat = interval;
      return this;
    }

    /**
     * The web pages that may connect, such as {@code https://example.com}; else {@code
     * WS_ALLOWED_ORIGINS}, separated by commas, else those of the same host only.
     */
    public Builder allowedOrigins(List<String> origins) {
      this.allowedOrigins = List.copyOf(origins);
      return this;
    }

    /** The secret that tokens are signed with; else {@code JWT_SECRET_KEY}. */
    public Builder jwtSecret(String secret) {
      this.jwtSecret = secret;
      return this;
    }

    /** {@code HS256}, {@code HS384} or {@code HS512}; else {@code JWT_ALGORITHM}, else HS256. */
    public Builder jwtAlgorithm(String algorithm) {
      this.jwtAlgorithm = algorithm;
      return this;
    }

    /** Decides about tokens in place of a secret. */
    public Builder authenticator(Authenticator own) {
      this.authenticator = own;
      return this;
    }

    /** Lets everybody in, and ignores tokens. */
    public Builder allowAnonymous() {
      return authenticator(Authenticator.anonymous());
    }

    /** How many clients may be connected at a time; else 20,000. */
    public Builder maxConnections(int limit) {
      this.maxConnections = limit;
      return this;
    }

    /**
     * How many messages a minute a client may send, over all the connections of its token's subject
     * (without tokens: of its address), and how many frames of metrics each connection gets; 0 for
     * any number. Else {@code RATE_LIMIT_MAX_MESSAGES_PER_MINUTE}, else 1,000. What is over it is
     * dropped on the way in; on the way out, newer values take the place of older ones.
     */
    public Builder maxMessagesPerMinute(int limit) {
      this.messagesPerMinute = limit;
      return this;
    }

    /**
     * How often a minute one address may try to connect, whether with success or not; 0 for any
     * number. Else {@code RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE}, else 6,000. Behind a proxy all
     * clients have its address. What is over it is answered with HTTP status 429.
     */
    public Builder maxConnectionsPerMinute(int limit) {
      this.connectionsPerMinute = limit;
      return this;
    }

    /**
     * How many clients may connect in any one second, all addresses together; 0 for any number, at
     * most 100,000. Else {@code RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND}, else 400. Who is over it
     * waits for its turn before its token is looked at, up to eight seconds; who would have to wait
     * longer is answered with HTTP status 503, as is everybody over it in a container, where
     * waiting would hold a thread of the host's. So those of an instance that died come in one
     * after the other.
     */
    public Builder maxConnectionsPerSecond(int limit) {
      this.connectionsPerSecond = limit;
      return this;
    }

    /**
     * Over how long a time clients are closed when the server stops, so that they do not all
     * connect to another one at once; up to ten minutes. Else {@code WS_DRAIN_TIME} in seconds,
     * else zero.
     */
    public Builder drainTime(Duration time) {
      this.drainTime = time;
      return this;
    }

    /** What listens; else what {@code greenlang-metrics-netty} brings. */
    public Builder transport(Transport own) {
      this.transport = own;
      return this;
    }

    /**
     * Makes the server, not started. One without a hub connects to Redis now; if Redis is not
     * there, it waits for it, and {@code /health} says so.
     *
     * @throws IllegalArgumentException if a setting is not of its form or range; the message names
     *     it, its value (but of no Redis address), and what is allowed
     * @throws IllegalStateException if there is nothing to check tokens with, nothing to stream, or
     *     a Redis address and no {@code io.greenlang:greenlang-metrics-redis}
     */
    public MetricsWebSocketServer build() {
      return build(Settings.ofProcess());
    }

    MetricsWebSocketServer build(Settings settings) {
      // made last, because it connects: a setting that is wrong leaves nothing behind
      MetricsClock clock = hub != null ? hub.clock() : MetricsClock.system();
      String url = hub != null ? null : checkedRedisUrl(settings);
      String name = host != null ? host : settings.text("WS_HOST", "0.0.0.0");
      int number = checkedPort(settings);
      String absolute = checkedPath(settings);
      Duration beat = checkedHeartbeat(settings);
      int bytes =
          settings.number(
              "WS_MAX_MESSAGE_SIZE",
              WireLimits.MAX_MESSAGE_BYTES,
              1024,
              WireLimits.MAX_MESSAGE_BYTES);
      int connections = checkedMaxConnections();
      int messages =
          checkedRate(
              settings, messagesPerMinute, "RATE_LIMIT_MAX_MESSAGES_PER_MINUTE", 1_000, MAX_RATE);
      int attempts =
          checkedRate(
              settings,
              connectionsPerMinute,
              "RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE",
              6_000,
              MAX_RATE);
      int handshakes =
          checkedRate(
              settings,
              connectionsPerSecond,
              "RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND",
              400,
              MAX_CONNECTIONS_PER_SECOND);
      Duration drain = checkedDrainTime(settings);
      OriginPolicy origins =
          new OriginPolicy(
              allowedOrigins != null ? allowedOrigins : settings.list("WS_ALLOWED_ORIGINS"));
      Authenticator tokens = authenticator != null ? authenticator : jwt(settings, clock);
      return new MetricsWebSocketServer(
          new Config(
              url == null ? Objects.requireNonNull(hub) : MetricsHub.builder().redis(url).build(),
              url != null,
              name,
              number,
              absolute,
              beat,
              bytes,
              connections,
              messages,
              attempts,
              handshakes,
              drain,
              origins,
              tokens,
              transport));
    }

    private String checkedRedisUrl(Settings settings) {
      String url = redisUrl != null ? redisUrl : settings.text("REDIS_URL");
      if (url == null) {
        throw new IllegalStateException(
            "the server has nothing to stream: set redisUrl or REDIS_URL, such as"
                + " redis://localhost:6379, or begin with MetricsWebSocketServer.builder(hub)");
      }
      return url;
    }

    private int checkedPort(Settings settings) {
      if (port == null) {
        return settings.number("WS_PORT", 8000, 0, MAX_PORT);
      }
      if (port < 0 || port > MAX_PORT) {
        throw new IllegalArgumentException("port " + port + " must be from 0 to " + MAX_PORT);
      }
      return port;
    }

    private String checkedPath(Settings settings) {
      String absolute = path != null ? path : settings.text("WS_PATH", "/ws/metrics");
      if (!absolute.matches("/[A-Za-z0-9._~/-]*")) {
        throw new IllegalArgumentException(
            "WebSocket path \""
                + absolute
                + "\" (WS_PATH) must begin with / and hold letters, digits and . _ ~ - / only");
      }
      return absolute;
    }

    private Duration checkedHeartbeat(Settings settings) {
      if (heartbeat == null) {
        return Duration.ofSeconds(
            settings.number("WS_HEARTBEAT_INTERVAL", 30, 1, MAX_HEARTBEAT_SECONDS));
      }
      boolean inRange =
          heartbeat.compareTo(Duration.ofSeconds(1)) >= 0
              && heartbeat.compareTo(Duration.ofSeconds(MAX_HEARTBEAT_SECONDS)) <= 0;
      if (!inRange) {
        throw new IllegalArgumentException(
            "heartbeat interval " + heartbeat + " must be from one second to one hour");
      }
      return heartbeat;
    }

    private int checkedMaxConnections() {
      if (maxConnections < 1) {
        throw new IllegalArgumentException(
            "maxConnections " + maxConnections + " must be at least 1");
      }
      return maxConnections;
    }

    private Duration checkedDrainTime(Settings settings) {
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
        Settings settings, @Nullable Integer limit, String variable, int otherwise, int most) {
      if (limit == null) {
        return settings.number(variable, otherwise, 0, most);
      }
      if (limit < 0 || limit > most) {
        throw new IllegalArgumentException(
            "a limit of " + limit + " (" + variable + ") must be from 0 to " + most);
      }
      return limit;
    }

    private Authenticator jwt(Settings settings, MetricsClock clock) {
      String secret = jwtSecret != null ? jwtSecret : settings.secret("JWT_SECRET_KEY");
      if (secret == null) {
        throw new IllegalStateException(
            "there is no key to check tokens with: set JWT_SECRET_KEY, or call jwtSecret(...) or"
                + " authenticator(...) on the builder, or allowAnonymous() to let everybody in");
      }
      String algorithm =
          jwtAlgorithm != null ? jwtAlgorithm : settings.text("JWT_ALGORITHM", "HS256");
      return new JwtAuthenticator(secret, algorithm, clock);
    }
  }
}
