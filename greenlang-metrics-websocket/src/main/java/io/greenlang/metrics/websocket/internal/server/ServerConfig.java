package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.OptionValues;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.dashboard.Dashboard;
import io.greenlang.metrics.websocket.dashboard.DashboardFiles;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.forwarding.ForwardedHeader;
import io.greenlang.metrics.websocket.internal.forwarding.TrustedProxies;
import io.greenlang.metrics.websocket.internal.publish.PublishEndpoint;
import io.greenlang.metrics.websocket.transport.HandshakeLimits;
import io.greenlang.metrics.websocket.transport.Proxies;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.greenlang.metrics.websocket.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The validated configuration of a server.
 *
 * @param address where the server listens
 * @param io how the server reaches the kernel: auto, io_uring, epoll or nio
 * @param limits the limits on clients and messages
 * @param handshakes the limits on connections that are not WebSockets yet
 * @param access the checks that every client must pass
 * @param proxies the proxies that may name a client in its place
 * @param heartbeatInterval the interval between pings
 * @param drainTime the time over which a stopping server closes its clients
 * @param transport listens for connections; null for the transport on the class path
 * @param endpoints the HTTP endpoints, whose paths are valid and distinct
 * @param servesDashboard whether the server's own port serves the dashboard
 * @param dashboards the dashboards, whose names are distinct; none if the page is not served
 * @param httpPublishing whether clients can publish over HTTP
 */
public record ServerConfig(
    ListenAddress address,
    String io,
    ConnectionLimits limits,
    HandshakeLimits handshakes,
    AccessPolicy access,
    Proxies proxies,
    Duration heartbeatInterval,
    Duration drainTime,
    @Nullable Transport transport,
    List<HttpEndpoint> endpoints,
    boolean servesDashboard,
    DashboardFiles dashboards,
    boolean httpPublishing) {

  /** The path of the server's own endpoint. */
  private static final String HEALTH = "/health";

  private static final Pattern METHOD = Pattern.compile("[A-Z]{1,16}");

  /**
   * The address of the server.
   *
   * @param host the name or address to listen on
   * @param port the port; 0 selects any free port
   * @param path the path of the WebSocket; in a container, relative to the application
   * @param ssePath the path of server-sent events, likewise
   * @param basePath the prefix of all paths on the server's own port; empty if there is none
   * @param tls the certificate of the port; null if its connections are not encrypted
   */
  public record ListenAddress(
      String host,
      int port,
      String path,
      String ssePath,
      String basePath,
      @Nullable TlsSettings tls) {

    static ListenAddress resolve(OptionValues values, Environment environment) {
      String basePath = values.resolveOptional(ServerOptions.BASE_PATH, environment);
      return new ListenAddress(
          values.resolve(ServerOptions.HOST, environment),
          values.resolve(ServerOptions.PORT, environment),
          values.resolve(ServerOptions.PATH, environment),
          values.resolve(ServerOptions.SSE_PATH, environment),
          basePath == null ? "" : basePath,
          TlsConfig.resolve(values, environment));
    }
  }

  /**
   * The limits on clients and messages. A rate of 0 disables its limit.
   *
   * @param maxMessageBytes the length of a message
   * @param maxConnections the number of concurrent clients
   * @param messagesPerMinute the messages from a subject, and the frames of metrics to a connection
   * @param connectionsPerMinute the connection attempts from one address
   * @param connectionsPerSecond the connections that are accepted, over all addresses
   */
  record ConnectionLimits(
      int maxMessageBytes,
      int maxConnections,
      int messagesPerMinute,
      int connectionsPerMinute,
      int connectionsPerSecond) {

    static ConnectionLimits resolve(OptionValues values, Environment environment) {
      return new ConnectionLimits(
          values.resolve(ServerOptions.MAX_MESSAGE_BYTES, environment),
          values.resolve(ServerOptions.MAX_CONNECTIONS, environment),
          values.resolve(ServerOptions.MAX_MESSAGES_PER_MINUTE, environment),
          values.resolve(ServerOptions.MAX_CONNECTIONS_PER_MINUTE, environment),
          values.resolve(ServerOptions.MAX_CONNECTIONS_PER_SECOND, environment));
    }
  }

  /**
   * The checks that every client must pass.
   *
   * @param origins decides which web pages may connect
   * @param authenticator validates tokens
   */
  record AccessPolicy(OriginPolicy origins, Authenticator authenticator) {

    static AccessPolicy resolve(OptionValues values, Environment environment, MetricsClock clock) {
      OriginPolicy origins =
          new OriginPolicy(values.resolve(ServerOptions.ALLOWED_ORIGINS, environment));
      Authenticator authenticator =
          values.resolveOptional(ServerOptions.AUTHENTICATOR, environment);
      return new AccessPolicy(
          origins,
          authenticator != null
              ? authenticator
              : JwtConfig.authenticator(values, environment, clock));
    }
  }

  /**
   * Resolves the options of a server.
   *
   * @param clock decides whether a token has expired
   * @throws IllegalArgumentException if a value is malformed or out of range, two values contradict
   *     each other, two endpoints have one path, or two dashboards one name
   * @throws IllegalStateException if there is no way to validate tokens
   */
  public static ServerConfig resolve(
      OptionValues values,
      List<HttpEndpoint> endpoints,
      List<Dashboard> dashboards,
      Environment environment,
      MetricsClock clock) {
    ListenAddress address = ListenAddress.resolve(values, environment);
    boolean httpPublishing = values.resolve(ServerOptions.HTTP_PUBLISHING, environment);
    boolean servesDashboard = values.resolve(ServerOptions.DASHBOARD, environment);
    DashboardFiles files = DashboardFiles.of(dashboards);
    requireValid(endpoints, address, httpPublishing);
    return new ServerConfig(
        address,
        values.resolve(ServerOptions.IO, environment),
        ConnectionLimits.resolve(values, environment),
        handshakeLimits(values, environment),
        AccessPolicy.resolve(values, environment, clock),
        proxies(values, environment),
        values.resolve(ServerOptions.HEARTBEAT_INTERVAL, environment),
        values.resolve(ServerOptions.DRAIN_TIME, environment),
        values.resolveOptional(ServerOptions.TRANSPORT, environment),
        List.copyOf(endpoints),
        servesDashboard,
        servesDashboard ? files : DashboardFiles.NONE,
        httpPublishing);
  }

  /**
   * Returns all HTTP endpoints of a server, with that for publications if it is enabled.
   *
   * @param hub the hub to publish into
   */
  public List<HttpEndpoint> allEndpoints(MetricsHub hub, ServerCounters counters) {
    if (!httpPublishing) {
      return endpoints;
    }
    List<HttpEndpoint> all = new ArrayList<>(endpoints);
    all.add(new PublishEndpoint(hub, limits.messagesPerMinute(), counters));
    return List.copyOf(all);
  }

  private static void requireValid(
      List<HttpEndpoint> endpoints, ListenAddress address, boolean httpPublishing) {
    String webSocketPath = address.path();
    Map<String, String> owners = new HashMap<>();
    if (httpPublishing) {
      owners.put(PublishEndpoint.PATH, "publishing over HTTP (HTTP_PUBLISHING)");
    }
    if (owners.containsKey(webSocketPath)) {
      throw new IllegalArgumentException(
          "path=" + webSocketPath + " (WS_PATH) is the path of " + owners.get(webSocketPath));
    }
    owners.put(webSocketPath, "the WebSocket (WS_PATH)");
    owners.put(HEALTH, "the server's health");
    String owned = owners.putIfAbsent(address.ssePath(), "server-sent events (WS_SSE_PATH)");
    if (owned != null) {
      throw new IllegalArgumentException(
          "server-sent events (WS_SSE_PATH) and "
              + owned
              + " have the same path "
              + address.ssePath());
    }
    for (HttpEndpoint endpoint : endpoints) {
      requireValid(endpoint);
      String name = endpoint.getClass().getName();
      String owner = owners.putIfAbsent(endpoint.path(), name);
      if (owner != null) {
        throw new IllegalArgumentException(
            "HTTP endpoint " + name + " and " + owner + " have the same path " + endpoint.path());
      }
    }
  }

  private static void requireValid(HttpEndpoint endpoint) {
    String name = "HTTP endpoint " + endpoint.getClass().getName();
    if (!ServerOptions.PATHS.matcher(endpoint.path()).matches() || endpoint.path().length() < 2) {
      throw new IllegalArgumentException(
          name
              + " has the path \""
              + endpoint.path()
              + "\"; it must begin with / and have letters, digits and . _ ~ - / only");
    }
    if (endpoint.methods().isEmpty()
        || !endpoint.methods().stream().allMatch(method -> METHOD.matcher(method).matches())) {
      throw new IllegalArgumentException(
          name + " has the methods " + endpoint.methods() + "; name at least one, in capitals");
    }
    int maxBytes = endpoint.maxBodyBytes();
    if (maxBytes < 0 || maxBytes > HttpEndpoint.MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          name
              + " has maxBodyBytes "
              + maxBytes
              + "; it must be 0 to "
              + HttpEndpoint.MAX_BODY_BYTES);
    }
  }

  private static Proxies proxies(OptionValues values, Environment environment) {
    List<String> ranges = values.resolve(ServerOptions.TRUSTED_PROXIES, environment);
    String header = values.resolve(ServerOptions.FORWARDED_HEADER, environment);
    boolean proxyProtocol = values.resolve(ServerOptions.PROXY_PROTOCOL, environment);
    if (proxyProtocol && ranges.isEmpty()) {
      throw new IllegalArgumentException(
          "PROXY_PROTOCOL=on needs the addresses of the proxies in TRUSTED_PROXIES, such as"
              + " 127.0.0.1; all other connections are refused");
    }
    return TrustedProxies.of(ranges, ForwardedHeader.of(header), proxyProtocol);
  }

  /**
   * Returns the address of the Redis that a server without a hub streams.
   *
   * @throws IllegalStateException if there is none
   */
  public static String requiredRedisUrl(OptionValues values, Environment environment) {
    String url = values.resolveOptional(ServerOptions.REDIS_URL, environment);
    if (url == null) {
      throw new IllegalStateException(
          "the server has no metrics to stream: set redisUrl or REDIS_URL, for example"
              + " redis://localhost:6379, or start from MetricsWebSocketServer.builder(hub)");
    }
    return url;
  }

  private static HandshakeLimits handshakeLimits(OptionValues values, Environment environment) {
    return new HandshakeLimits(
        values.resolve(ServerOptions.MAX_PENDING_CONNECTIONS, environment),
        values.resolve(ServerOptions.MAX_PENDING_CONNECTIONS_PER_ADDRESS, environment),
        values.resolve(ServerOptions.MAX_HEADERS, environment),
        values.resolve(ServerOptions.MAX_HEAD_BYTES, environment));
  }
}
