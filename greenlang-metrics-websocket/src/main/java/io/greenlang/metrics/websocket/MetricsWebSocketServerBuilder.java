package io.greenlang.metrics.websocket;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.OptionValues;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.JwtKeys;
import io.greenlang.metrics.websocket.dashboard.Dashboard;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.internal.server.ServerConfig;
import io.greenlang.metrics.websocket.internal.server.ServerOptions;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.greenlang.metrics.websocket.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A builder of {@link MetricsWebSocketServer}s. An option that is not set takes the system property
 * that its method names, otherwise the environment variable of the same name, otherwise the
 * default. {@code WS_MAX_MESSAGE_SIZE}, {@code WS_MAX_HEADERS} and {@code WS_MAX_HEADER_SIZE} have
 * no method, and {@link #tls} replaces the variables that begin with {@code TLS_}. Not thread-safe.
 */
public final class MetricsWebSocketServerBuilder {

  private final @Nullable MetricsHub hub;
  private final OptionValues values = new OptionValues();
  private final List<HttpEndpoint> endpoints = new ArrayList<>(0);
  private final List<Dashboard> dashboards = new ArrayList<>(0);

  MetricsWebSocketServerBuilder(@Nullable MetricsHub hub) {
    this.hub = hub;
  }

  /**
   * Specifies the Redis whose publications a server without a hub streams: {@code
   * redis://[[user]:password@]host[:port][/database]}, or an address of sentinels or a cluster as
   * in {@link MetricsHub.Builder#redisUrl}. Default: {@code REDIS_URL}. Requires {@code
   * io.greenlang:greenlang-metrics-redis}.
   *
   * @throws IllegalStateException if this builder was created with a hub
   */
  public MetricsWebSocketServerBuilder redisUrl(String redisUrl) {
    if (hub != null) {
      throw new IllegalStateException(
          "this server already has a hub; pass the Redis URL to MetricsHub.builder() instead, or"
              + " start from MetricsWebSocketServer.builder()");
    }
    return with(ServerOptions.REDIS_URL, redisUrl);
  }

  /** Sets the name or address to listen on. Default: {@code WS_HOST}, otherwise 0.0.0.0. */
  public MetricsWebSocketServerBuilder host(String host) {
    return with(ServerOptions.HOST, host);
  }

  /** Sets the port to listen on; 0 selects any. Default: {@code WS_PORT}, otherwise 8000. */
  public MetricsWebSocketServerBuilder port(int port) {
    return with(ServerOptions.PORT, port);
  }

  /**
   * Sets the path of the WebSocket, an absolute path of letters, digits and {@code . _ ~ - /}.
   * Default: {@code WS_PATH}, otherwise {@code /ws/metrics}.
   */
  public MetricsWebSocketServerBuilder path(String path) {
    return with(ServerOptions.PATH, path);
  }

  /** Sets the path of server-sent events. Default: {@code WS_SSE_PATH}, or /sse/metrics. */
  public MetricsWebSocketServerBuilder ssePath(String ssePath) {
    return with(ServerOptions.SSE_PATH, ssePath);
  }

  /**
   * Sets a prefix of all paths on the server's own port, such as {@code /live}. A container adds
   * its context path instead. Default: {@code BASE_PATH}, otherwise none.
   */
  public MetricsWebSocketServerBuilder basePath(String basePath) {
    return with(ServerOptions.BASE_PATH, basePath);
  }

  /**
   * Sets the interval between pings, one second to one hour. The server closes a client that sends
   * nothing for two intervals. Default: {@code WS_HEARTBEAT_INTERVAL} in seconds, or 30 s.
   */
  public MetricsWebSocketServerBuilder heartbeatInterval(Duration heartbeatInterval) {
    return with(ServerOptions.HEARTBEAT_INTERVAL, heartbeatInterval);
  }

  /**
   * Sets the origins whose web pages may connect, such as {@code https://example.com}. Default:
   * {@code WS_ALLOWED_ORIGINS}, separated by commas, otherwise only pages from the same host.
   */
  public MetricsWebSocketServerBuilder allowedOrigins(List<String> allowedOrigins) {
    return with(ServerOptions.ALLOWED_ORIGINS, List.copyOf(allowedOrigins));
  }

  /**
   * Sets the addresses and ranges of the proxies that name their clients: {@code 10.0.0.0/8}. The
   * header of other peers is ignored. Default: {@code TRUSTED_PROXIES}, with commas, or none.
   */
  public MetricsWebSocketServerBuilder trustedProxies(List<String> trustedProxies) {
    return with(ServerOptions.TRUSTED_PROXIES, List.copyOf(trustedProxies));
  }

  /**
   * Sets the header in which trusted proxies name the client: {@code X-Forwarded-For} or {@code
   * Forwarded} (RFC 7239). Default: {@code FORWARDED_HEADER}, otherwise X-Forwarded-For.
   */
  public MetricsWebSocketServerBuilder forwardedHeader(String forwardedHeader) {
    return with(ServerOptions.FORWARDED_HEADER, forwardedHeader);
  }

  /**
   * Sets whether trusted proxies begin each connection to the server's own port with a PROXY
   * header. All other connections are refused. Default: {@code PROXY_PROTOCOL}, otherwise off.
   */
  public MetricsWebSocketServerBuilder proxyProtocol(boolean proxyProtocol) {
    return with(ServerOptions.PROXY_PROTOCOL, proxyProtocol);
  }

  /**
   * Specifies whether clients whose tokens have the claim {@code publish} can publish over HTTP,
   * with {@code POST /publish/<channel>}. Default: {@code HTTP_PUBLISHING}, otherwise off.
   */
  public MetricsWebSocketServerBuilder httpPublishing(boolean httpPublishing) {
    return with(ServerOptions.HTTP_PUBLISHING, httpPublishing);
  }

  /** Sets whether the server's own port has the dashboard. Default: {@code DASHBOARD}, or on. */
  public MetricsWebSocketServerBuilder dashboardEnabled(boolean dashboardEnabled) {
    return with(ServerOptions.DASHBOARD, dashboardEnabled);
  }

  /** Sets the certificate of the server's own port. Default: {@code TLS_*}, otherwise none. */
  public MetricsWebSocketServerBuilder tls(TlsSettings tls) {
    return with(ServerOptions.TLS, tls);
  }

  /** Sets the secret that tokens are signed with. Default: {@code JWT_SECRET_KEY}. */
  public MetricsWebSocketServerBuilder jwtSecret(String jwtSecret) {
    return with(ServerOptions.JWT_SECRET, jwtSecret);
  }

  /**
   * Sets the signature algorithm of tokens: {@code HS256}, {@code HS384} or {@code HS512}. Default:
   * {@code JWT_ALGORITHM}, otherwise HS256.
   */
  public MetricsWebSocketServerBuilder jwtAlgorithm(String jwtAlgorithm) {
    return with(ServerOptions.JWT_ALGORITHM, jwtAlgorithm);
  }

  /**
   * Sets further secrets that tokens may be signed with, so that one secret can replace another. At
   * most seven. Default: {@code JWT_ADDITIONAL_SECRET_KEYS}, separated by commas.
   */
  public MetricsWebSocketServerBuilder jwtAdditionalSecrets(List<String> jwtAdditionalSecrets) {
    return with(ServerOptions.JWT_ADDITIONAL_SECRETS, List.copyOf(jwtAdditionalSecrets));
  }

  /**
   * Sets at most eight public keys that verify tokens: PEM blocks, a JSON Web Key or a set of them.
   * Default: {@code JWT_PUBLIC_KEYS}.
   */
  public MetricsWebSocketServerBuilder jwtPublicKeys(String jwtPublicKeys) {
    return with(ServerOptions.JWT_PUBLIC_KEYS, jwtPublicKeys);
  }

  /**
   * Sets the signature algorithm of RSA keys that do not name one: {@code RS256}, {@code RS384},
   * {@code RS512}, {@code PS256}, {@code PS384} or {@code PS512}. Default: {@code
   * JWT_RSA_ALGORITHM}, otherwise RS256.
   */
  public MetricsWebSocketServerBuilder jwtRsaAlgorithm(String jwtRsaAlgorithm) {
    return with(ServerOptions.JWT_RSA_ALGORITHM, jwtRsaAlgorithm);
  }

  /** Sets the address of a key set: {@link JwtKeys#fromUrl}. Default: {@code JWT_JWKS_URL}. */
  public MetricsWebSocketServerBuilder jwtJwksUrl(String jwtJwksUrl) {
    return with(ServerOptions.JWT_JWKS_URL, jwtJwksUrl);
  }

  /** Sets {@linkplain JwtKeys#discover issuers}. Default: {@code JWT_DISCOVERY_ISSUERS}. */
  public MetricsWebSocketServerBuilder jwtDiscoveryIssuers(List<String> jwtDiscoveryIssuers) {
    return with(ServerOptions.JWT_DISCOVERY_ISSUERS, List.copyOf(jwtDiscoveryIssuers));
  }

  /**
   * Sets the age from which keys at an address are read again, from one minute to twelve hours.
   * Default: {@code JWT_JWKS_REFRESH_INTERVAL} in seconds, otherwise five minutes.
   */
  public MetricsWebSocketServerBuilder jwtJwksRefreshInterval(Duration jwtJwksRefreshInterval) {
    return with(ServerOptions.JWT_JWKS_REFRESH_INTERVAL, jwtJwksRefreshInterval);
  }

  /**
   * Sets the accepted values of {@code iss}, for the tokens of secrets, public keys and {@link
   * #jwtJwksUrl}. Default: {@code JWT_ISSUERS}, separated by commas, otherwise any.
   */
  public MetricsWebSocketServerBuilder jwtIssuers(List<String> jwtIssuers) {
    return with(ServerOptions.JWT_ISSUERS, List.copyOf(jwtIssuers));
  }

  /**
   * Sets the values of which {@code aud} must contain one, for all tokens. Default: {@code
   * JWT_AUDIENCES}, separated by commas, otherwise any.
   */
  public MetricsWebSocketServerBuilder jwtAudiences(List<String> jwtAudiences) {
    return with(ServerOptions.JWT_AUDIENCES, List.copyOf(jwtAudiences));
  }

  /** Sets an authenticator that validates tokens, instead of a JWT secret. */
  public MetricsWebSocketServerBuilder authenticator(Authenticator authenticator) {
    return with(ServerOptions.AUTHENTICATOR, authenticator);
  }

  /** Accepts all clients and ignores their tokens. */
  public MetricsWebSocketServerBuilder allowAnonymous() {
    return authenticator(Authenticator.anonymous());
  }

  /** Limits the number of concurrently connected clients. Default: 20,000. */
  public MetricsWebSocketServerBuilder maxConnections(int maxConnections) {
    return with(ServerOptions.MAX_CONNECTIONS, maxConnections);
  }

  /**
   * Limits the connections to the server's own port that are not WebSockets yet. The server closes
   * the oldest to accept another. Default: {@code WS_MAX_PENDING_CONNECTIONS}, otherwise 8,192.
   */
  public MetricsWebSocketServerBuilder maxPendingConnections(int maxPendingConnections) {
    return with(ServerOptions.MAX_PENDING_CONNECTIONS, maxPendingConnections);
  }

  /**
   * Limits the number of such connections from one address, or from one IPv6 network of 64 bits.
   * All clients behind a proxy share the proxy's address. Default: {@code
   * WS_MAX_PENDING_CONNECTIONS_PER_ADDRESS}, otherwise 4,096.
   */
  public MetricsWebSocketServerBuilder maxPendingConnectionsPerAddress(
      int maxPendingConnectionsPerAddress) {
    return with(ServerOptions.MAX_PENDING_CONNECTIONS_PER_ADDRESS, maxPendingConnectionsPerAddress);
  }

  /**
   * Limits the messages per minute that a client may send, and the frames of metrics that each
   * connection receives; 0 disables both limits. Inbound messages count per token subject or,
   * without tokens, per address; excess ones are dropped. Outbound, newer values replace older
   * ones. Default: {@code RATE_LIMIT_MAX_MESSAGES_PER_MINUTE}, otherwise 1,000.
   */
  public MetricsWebSocketServerBuilder maxMessagesPerMinute(int maxMessagesPerMinute) {
    return with(ServerOptions.MAX_MESSAGES_PER_MINUTE, maxMessagesPerMinute);
  }

  /**
   * Limits the connection attempts per minute of one address, successful or not; 0 disables the
   * limit. Excess attempts are rejected with HTTP status 429. All clients behind a proxy share its
   * address. Default: {@code RATE_LIMIT_MAX_CONNECTIONS_PER_MINUTE}, otherwise 6,000.
   */
  public MetricsWebSocketServerBuilder maxConnectionsPerMinute(int maxConnectionsPerMinute) {
    return with(ServerOptions.MAX_CONNECTIONS_PER_MINUTE, maxConnectionsPerMinute);
  }

  /**
   * Limits the connections accepted per second across all addresses; 0 disables the limit, and
   * 100,000 is the maximum. Excess handshakes are queued for up to eight seconds, then rejected
   * with HTTP status 503; in a servlet container they are rejected immediately. Default: {@code
   * RATE_LIMIT_MAX_CONNECTIONS_PER_SECOND}, otherwise 400.
   */
  public MetricsWebSocketServerBuilder maxConnectionsPerSecond(int maxConnectionsPerSecond) {
    return with(ServerOptions.MAX_CONNECTIONS_PER_SECOND, maxConnectionsPerSecond);
  }

  /** Sets the I/O method: auto, io_uring, epoll or nio. Default: {@code WS_IO}, or auto. */
  public MetricsWebSocketServerBuilder io(String io) {
    return with(ServerOptions.IO, io);
  }

  /**
   * Sets the time over which {@link MetricsWebSocketServer#stop} spreads the closing of clients, at
   * most ten minutes. Default: {@code WS_DRAIN_TIME} in seconds, otherwise zero.
   */
  public MetricsWebSocketServerBuilder drainTime(Duration drainTime) {
    return with(ServerOptions.DRAIN_TIME, drainTime);
  }

  /** Sets the transport that listens. Default: that of {@code greenlang-metrics-netty}. */
  public MetricsWebSocketServerBuilder transport(Transport transport) {
    return with(ServerOptions.TRANSPORT, transport);
  }

  /**
   * Adds an HTTP endpoint, on the server's own port and in the web applications that the server is
   * {@linkplain MetricsWebSocketServer#attach attached} to. May be called several times. {@link
   * #build} rejects an endpoint whose path is that of another, of the WebSocket or {@code /health}.
   */
  public MetricsWebSocketServerBuilder endpoint(HttpEndpoint endpoint) {
    endpoints.add(Objects.requireNonNull(endpoint, "endpoint"));
    return this;
  }

  /**
   * Adds a dashboard to the page, on the server's own port and in web applications. May be called
   * several times. {@link #build} rejects two of the same name, and more than 32.
   */
  public MetricsWebSocketServerBuilder dashboard(Dashboard dashboard) {
    dashboards.add(Objects.requireNonNull(dashboard, "dashboard"));
    return this;
  }

  /**
   * Builds the server without starting it. A server without a hub connects to Redis now; if Redis
   * is unavailable, the server keeps trying and reports itself as degraded in {@code /health}.
   *
   * @throws IllegalArgumentException if a value is malformed or out of range; the message names the
   *     option, its value (except secrets and Redis URLs) and the allowed range
   * @throws IllegalStateException if there is no way to validate tokens, no hub and no Redis URL,
   *     or a Redis URL but no {@code io.greenlang:greenlang-metrics-redis}
   */
  public MetricsWebSocketServer build() {
    return build(Environment.process());
  }

  MetricsWebSocketServer build(Environment environment) {
    if (hub != null) {
      return new MetricsWebSocketServer(hub, false, resolve(environment, hub.clock()));
    }
    String redisUrl = ServerConfig.requiredRedisUrl(values, environment);
    ServerConfig config = resolve(environment, MetricsClock.system());
    // Created last because it connects to Redis: an invalid option leaves nothing to clean up.
    MetricsHub ownHub = MetricsHub.builder().redisUrl(redisUrl).build();
    return new MetricsWebSocketServer(ownHub, true, config);
  }

  private ServerConfig resolve(Environment environment, MetricsClock clock) {
    return ServerConfig.resolve(values, endpoints, dashboards, environment, clock);
  }

  private <T> MetricsWebSocketServerBuilder with(Option<T> option, T value) {
    values.set(option, value);
    return this;
  }
}
