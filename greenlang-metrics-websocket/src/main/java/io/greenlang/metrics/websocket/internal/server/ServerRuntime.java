package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.revocation.Revocations;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.dashboard.DashboardFiles;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import io.greenlang.metrics.websocket.internal.ratelimit.SlidingWindowLimiter;
import io.greenlang.metrics.websocket.internal.session.SessionContext;
import io.greenlang.metrics.websocket.internal.session.SessionRegistry;
import io.greenlang.metrics.websocket.internal.session.TokenValidator;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.ContainerTransport;
import io.greenlang.metrics.websocket.transport.EventStreams;
import io.greenlang.metrics.websocket.transport.Handshake;
import io.greenlang.metrics.websocket.transport.HandshakeLimits;
import io.greenlang.metrics.websocket.transport.HttpEndpoints;
import io.greenlang.metrics.websocket.transport.Proxies;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.greenlang.metrics.websocket.transport.Transport;
import io.greenlang.metrics.websocket.transport.TransportContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads, sessions and transports of a server between its start and its stop. */
public final class ServerRuntime implements TransportContext {

  private static final Logger log = LoggerFactory.getLogger(ServerRuntime.class);

  /** The time that clients have to disconnect after they were closed. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final MetricsHub hub;
  private final ServerConfig config;
  private final ServerCounters counters;
  private final List<ContainerTransport> containerTransports = new ArrayList<>(1);
  private final SessionRegistry sessions;
  private final HandshakeAdmission admission;
  private final ServerEndpoints endpoints;
  private final ServerStreams streams;
  private final long startNanos = System.nanoTime();

  private final ServerThreads threads;
  private final Revocations revocations;

  /** The listener of revocations, which {@link #stop} removes. */
  private final Runnable revocationListener = this::disconnectRevoked;

  private @Nullable Transport transport;
  private @Nullable InetSocketAddress address;

  /**
   * Creates the sessions and threads; clients connect once a transport is added.
   *
   * @param httpEndpoints all HTTP endpoints, with the server's own
   */
  public ServerRuntime(
      MetricsHub hub,
      ServerConfig config,
      List<HttpEndpoint> httpEndpoints,
      ServerCounters counters) {
    this.hub = hub;
    this.config = config;
    this.counters = counters;
    this.threads = new ServerThreads(!httpEndpoints.isEmpty());
    this.revocations = HubStreams.of(hub).revocations();
    TokenValidator tokens =
        new TokenValidator(config.access().authenticator(), this::isRevoked, hub.clock(), counters);
    this.sessions =
        new SessionRegistry(
            new SessionContext(
                hub, tokens, threads.sessionQueues(), counters, sessionSettings(config)));
    ServerEndpoints.Access access =
        new ServerEndpoints.Access(
            throttle(),
            config.access().authenticator() instanceof JwtAuthenticator,
            config.access().origins(),
            tokens);
    this.admission =
        admission(access, new HandshakeAuthorizer(config.access().origins(), tokens, sessions));
    this.streams = new ServerStreams(config, hub, admission);
    this.endpoints =
        new ServerEndpoints(
            httpEndpoints, access, counters, threads.handshakes(), threads.endpoints());
    revocations.addListener(revocationListener);
    threads.timer().scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
  }

  private boolean isRevoked(Principal principal) {
    return revocations.contains(principal.subject(), principal.tokenId(), principal.issuedAt());
  }

  private void disconnectRevoked() {
    if (!revocations.isEmpty()) {
      sessions.disconnect(this::isRevoked, CloseCode.UNAUTHORIZED);
    }
  }

  /** Closes the clients that satisfy a condition; returns how many. */
  public int disconnect(Predicate<Principal> condition) {
    return sessions.disconnect(condition, CloseCode.DISCONNECTED);
  }

  private static SessionContext.Settings sessionSettings(ServerConfig config) {
    ServerConfig.ConnectionLimits limits = config.limits();
    return new SessionContext.Settings(
        config.heartbeatInterval(), limits.maxConnections(), limits.messagesPerMinute());
  }

  private ConnectionThrottle throttle() {
    ServerConfig.ConnectionLimits limits = config.limits();
    MetricsClock clock = hub.clock();
    return new ConnectionThrottle(
        new MessageRateLimiters(limits.connectionsPerMinute(), clock),
        new SlidingWindowLimiter(limits.connectionsPerSecond(), clock),
        counters);
  }

  private HandshakeAdmission admission(
      ServerEndpoints.Access access, HandshakeAuthorizer authorizer) {
    return new HandshakeAdmission(
        access.throttle(),
        new SlidingWindowLimiter(config.limits().connectionsPerSecond(), hub.clock()),
        authorizer,
        access.validatesFirst(),
        threads.handshakes(),
        threads.timer());
  }

  /** Starts to listen on the server's own port. Does nothing if the server is already listening. */
  public void startListening() throws IOException {
    if (address == null) {
      transport = OwnTransport.of(config);
      address = transport.start(this);
    }
  }

  /**
   * Reads the certificate of the server's own port again.
   *
   * @throws IOException if it cannot be used; the previous one stays in use
   */
  public void reloadTls() throws IOException {
    if (transport == null) {
      throw new IllegalStateException(
          "the server is not listening on its own port; call start() first");
    }
    transport.reloadTls();
  }

  /** Accepts clients from an application's container. */
  public void attach(ContainerTransport containerTransport) {
    containerTransports.add(containerTransport);
    containerTransport.start(this);
  }

  private void sweep() {
    try {
      sessions.sweep();
      disconnectRevoked(); // also those whose handshake was in progress
    } catch (RuntimeException | Error e) { // an exception would end all further sweeps
      log.error("Session sweep failed; retrying in 1 s", e);
    }
  }

  /** Closes all clients with the given code, waits for them and stops all threads. */
  public void stop(CloseCode closeCode) {
    if (transport != null) {
      transport.stopAccepting();
    }
    containerTransports.forEach(ContainerTransport::stopAccepting);
    sessions.closeAll(closeCode, config.drainTime());
    revocations.removeListener(revocationListener);
    awaitDisconnects();
    threads.timer().shutdownNow();
    if (transport != null) {
      transport.stop();
    }
    containerTransports.forEach(ContainerTransport::stop);
    threads.shutdown();
  }

  private void awaitDisconnects() {
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    while (sessions.size() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /**
   * Returns the address that the server listens on, or null if it does not listen on its own port.
   */
  @Nullable
  public InetSocketAddress address() {
    return address;
  }

  /** Returns the time since the server was started. */
  public Duration uptime() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** Returns the number of connected clients. */
  public int connectedClients() {
    return sessions.size();
  }

  @Override
  public String host() {
    return config.address().host();
  }

  @Override
  public int port() {
    return config.address().port();
  }

  @Override
  public @Nullable TlsSettings tls() {
    return config.address().tls();
  }

  @Override
  public String io() {
    return config.io();
  }

  @Override
  public String path() {
    return config.address().path();
  }

  @Override
  public String basePath() {
    return config.address().basePath();
  }

  @Override
  public int maxMessageBytes() {
    return config.limits().maxMessageBytes();
  }

  @Override
  public HandshakeLimits handshakeLimits() {
    return config.handshakes();
  }

  @Override
  public void countRejectedConnection() {
    counters.countRejectedConnection();
  }

  @Override
  public CompletionStage<Admission> admit(Handshake handshake, Duration maxWait) {
    return admission.admit(handshake, maxWait);
  }

  @Override
  public boolean mayAllowOrigin(String origin) {
    return config.access().origins().allowsOnSomeHost(origin);
  }

  @Override
  public HttpEndpoints httpEndpoints() {
    return endpoints;
  }

  @Override
  public boolean servesDashboard() {
    return config.servesDashboard();
  }

  @Override
  public DashboardFiles dashboards() {
    return config.dashboards();
  }

  @Override
  public Proxies proxies() {
    return config.proxies();
  }

  @Override
  public EventStreams eventStreams() {
    return streams;
  }

  @Override
  public Executor workers() {
    return threads.commands();
  }

  /**
   * Reports the instance as degraded, not as down, while the broker has a problem. The instance
   * keeps serving its own metrics; if it counted as down, the load balancer would remove all
   * instances at once. The problem itself can contain host names. It appears only in {@code
   * stats()} and in the log, because this endpoint is public.
   */
  @Override
  public byte[] health() {
    Map<String, Object> health = new LinkedHashMap<>();
    boolean brokerProblem = hub.brokerState().problem() != null;
    health.put("status", brokerProblem ? "DEGRADED" : "UP");
    if (brokerProblem) {
      health.put("trouble", "broker");
    }
    health.put("uptime_seconds", uptime().toSeconds());
    health.put("connected_clients", connectedClients());
    return MessageCodec.of(Encoding.JSON).encode(health);
  }
}
