package io.greenlang.metrics.spring.boot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code greenlang.metrics.*}. An option without a property is read from a system
 * property or an environment variable, as without Spring.
 *
 * @param enabled whether the application streams its metrics
 * @param jwtSecret the secret that signs the tokens of clients, at least 32 bytes for HS256
 * @param jwtAlgorithm the signature algorithm of tokens: HS256, HS384 or HS512
 * @param jwt further keys that verify tokens, such as those of an identity provider
 * @param allowAnonymous whether every client may read every metric without a token
 * @param path the path of the WebSocket
 * @param ssePath the path of server-sent events
 * @param port a separate port for the WebSocket and the dashboard; 0 selects a free one. Without
 *     it, a servlet application serves both on its own port, and another application uses 8000
 * @param host the address that a separate port listens on; all addresses by default
 * @param basePath a prefix of all paths on a separate port, such as /live
 * @param proxies the proxies that name their clients
 * @param tls the files of the certificate of a separate port; without a certificate, the port is
 *     plain
 * @param ssl the SSL bundle with the certificate of a separate port
 * @param io how a separate port reaches the kernel: auto, io_uring, epoll or nio
 * @param allowedOrigins the origins of other web pages that may connect, such as
 *     https://example.com
 * @param httpPublishing whether programs with a token that has the claim publish can publish with
 *     POST /publish/(channel)
 * @param redisUrl the Redis server that connects the instances of the application, such as
 *     redis://localhost:6379
 * @param interval the time between two collections
 * @param channel the channel of the application's meters
 * @param standardSources whether the host and the JVM are measured, on system.metrics and
 *     jvm.metrics
 * @param tags the tags of every metric, such as an instance or an environment
 * @param heartbeatInterval the time between two pings
 * @param drainTime the time over which a stopping application closes its clients
 * @param maxConnections the maximum number of connected clients
 * @param dashboard the page that shows the metrics
 * @param security the access of the users that Spring Security authenticates
 */
@ConfigurationProperties("greenlang.metrics")
public record GreenlangMetricsProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String jwtSecret,
    @DefaultValue("HS256") String jwtAlgorithm,
    @DefaultValue Jwt jwt,
    @DefaultValue("false") boolean allowAnonymous,
    @DefaultValue("/ws/metrics") String path,
    @DefaultValue("/sse/metrics") String ssePath,
    @Nullable Integer port,
    @Nullable String host,
    @Nullable String basePath,
    @DefaultValue Proxies proxies,
    @DefaultValue Tls tls,
    @DefaultValue Ssl ssl,
    @Nullable String io,
    @DefaultValue List<String> allowedOrigins,
    @DefaultValue("false") boolean httpPublishing,
    @Nullable String redisUrl,
    @DefaultValue("1s") Duration interval,
    @DefaultValue("application.metrics") String channel,
    @DefaultValue("true") boolean standardSources,
    @DefaultValue Map<String, String> tags,
    @Nullable Duration heartbeatInterval,
    @Nullable Duration drainTime,
    @Nullable Integer maxConnections,
    @DefaultValue Dashboard dashboard,
    @DefaultValue Security security) {

  /**
   * The keys that verify tokens, besides the secret.
   *
   * @param additionalSecrets further secrets that are accepted, so that one can replace another
   * @param publicKeys the public keys that verify tokens: PEM, a JSON Web Key, or a set of them
   * @param rsaAlgorithm the signature algorithm of RSA keys that do not name one: RS256, RS384,
   *     RS512, PS256, PS384 or PS512
   * @param jwksUrl the address of the key set that verifies tokens
   * @param discoveryIssuers the issuers whose keys are found by OpenID Connect Discovery
   * @param jwksRefreshInterval the time after which keys at an address are read again
   * @param issuers the accepted issuers of tokens, for secrets, public keys and jwks-url
   * @param audiences the audiences of which all tokens must have one
   */
  public record Jwt(
      @DefaultValue List<String> additionalSecrets,
      @Nullable String publicKeys,
      @DefaultValue("RS256") String rsaAlgorithm,
      @Nullable String jwksUrl,
      @DefaultValue List<String> discoveryIssuers,
      @DefaultValue("5m") Duration jwksRefreshInterval,
      @DefaultValue List<String> issuers,
      @DefaultValue List<String> audiences) {

    /** Omits the secrets. */
    @Override
    public String toString() {
      return "Jwt[jwksUrl=" + jwksUrl + ", discoveryIssuers=" + discoveryIssuers + "]";
    }
  }

  /**
   * The proxies that name their clients. On the application's own port, Spring Boot's
   * server.forward-headers-strategy does the same for the whole application.
   *
   * @param trusted the addresses and ranges of the proxies, such as 10.0.0.0/8
   * @param header the header in which they name the client: X-Forwarded-For or Forwarded
   * @param proxyProtocol whether they begin each connection to a separate port with a header of the
   *     PROXY protocol
   */
  public record Proxies(
      @DefaultValue List<String> trusted,
      @DefaultValue("X-Forwarded-For") String header,
      @DefaultValue("false") boolean proxyProtocol) {}

  /**
   * The certificate of a separate port, in PEM files or in a keystore.
   *
   * @param certificate the PEM file of the certificate chain
   * @param key the PEM file of the private key
   * @param keyPassword the password of an encrypted key
   * @param keystore a PKCS#12 file with the certificate and its key, instead of PEM files
   * @param keystorePassword the password of the PKCS#12 file
   */
  public record Tls(
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable String keyPassword,
      @Nullable Path keystore,
      @Nullable String keystorePassword) {

    /** Omits the passwords. */
    @Override
    public String toString() {
      return "Tls[certificate=" + certificate + ", key=" + key + ", keystore=" + keystore + "]";
    }
  }

  /**
   * The certificate of a separate port, in an SSL bundle of Spring Boot.
   *
   * @param bundle the name of the SSL bundle, which is used instead of files
   */
  public record Ssl(@Nullable String bundle) {}

  /**
   * The properties of the dashboard.
   *
   * @param enabled whether the application serves the dashboard at /greenlang-metrics/
   * @param logToken whether the start log has a link with a token that is valid for 8 hours. It
   *     requires jwt-secret, and everyone who reads the log can read all metrics
   */
  public record Dashboard(
      @DefaultValue("true") boolean enabled, @DefaultValue("false") boolean logToken) {}

  /**
   * The access of users and tokens that Spring Security authenticates.
   *
   * @param channels the channels that an authority may read, by the authority's name, such as
   *     SCOPE_metrics. A channel may be a prefix such as system.*. If this is empty, each
   *     authenticated user may read all channels
   * @param permitPaths whether Spring Security leaves the path of the WebSocket to the metrics
   *     server, which checks the token or the session itself
   */
  public record Security(
      @DefaultValue Map<String, List<String>> channels,
      @DefaultValue("true") boolean permitPaths) {}

  /** Omits the secret and the address of Redis, which may hold a password. */
  @Override
  public String toString() {
    return "GreenlangMetricsProperties[path=" + path + ", port=" + port + "]";
  }
}
